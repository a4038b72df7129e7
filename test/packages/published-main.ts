import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, workspacePackages } from "./workspace.ts";

/**
 * Builds all packages and lays them out as they are published, beside the dependencies of the workspace.
 *
 * @returns the program `scrim`
 */
export async function publishedMain(): Promise<string> {
  await import("./build.ts");
  const home = join(ROOT, "node_modules/.cache/scrim-published");
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(home, "node_modules"));
  for (const { folder, path, manifest } of workspacePackages()) {
    const copy = join(home, "packages", folder);
    for (const part of ["dist", "node_modules"].filter((one) => existsSync(join(path, one))))
      cpSync(join(path, part), join(copy, part), { recursive: true, verbatimSymlinks: true });
    writeFileSync(
      join(copy, "package.json"),
      JSON.stringify({ ...manifest, ...(manifest.publishConfig as object) }),
    );
  }
  return join(home, "packages/cli/dist/main.js");
}
