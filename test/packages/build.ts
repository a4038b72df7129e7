/** Builds `dist/` of every package: one run of the compiler, its output moved to where it is published from. */
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT, workspacePackages } from "./workspace.ts";

const BUILD = join(ROOT, ".build");

rmSync(BUILD, { recursive: true, force: true });
execFileSync("pnpm", ["exec", "tsc", "-p", "tsconfig.build.json"], { cwd: ROOT, stdio: "inherit" });
for (const { folder, path } of workspacePackages()) {
  const dist = join(path, "dist");
  rmSync(dist, { recursive: true, force: true });
  cpSync(join(BUILD, folder, "src"), dist, { recursive: true });
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    if (file.endsWith(".map"))
      pointToSource(join(dist, file), join(path, "src", file.replace(/\.js\.map$/, ".ts")));
  }
}
rmSync(BUILD, { recursive: true });

/** Source maps name the sources that are packed beside them. */
function pointToSource(map: string, source: string): void {
  const content = JSON.parse(readFileSync(map, "utf8")) as { sources: string[] };
  content.sources = [relative(dirname(map), source)];
  writeFileSync(map, JSON.stringify(content));
}
