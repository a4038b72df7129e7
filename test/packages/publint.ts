/** Checks what would be published: publint over every built package, errors and warnings alike. */
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { workspacePackages } from "./workspace.ts";

await import("./build.ts"); // what was built earlier may be of other sources
let problems = 0;
for (const { path, manifest } of workspacePackages()) {
  const { messages, pkg } = await publint({ pkgDir: path, level: "warning", pack: "pnpm" });
  for (const message of messages) {
    problems++;
    console.error(`publint: ${manifest.name}: ${formatMessage(message, pkg)}`);
  }
}
console.log(`publint: ${workspacePackages().length} packages, ${problems} problems`);
process.exitCode = problems === 0 ? 0 : 1;
