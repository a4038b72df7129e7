/** Runs the packed-tarball proof on each line of Node that `engines` allows. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { NODE_LINES } from "./node-lines.ts";
import { ROOT } from "./workspace.ts";

for (const version of NODE_LINES) {
  console.log(`engines: Node ${version}`);
  const env = { ...process.env, SCRIM_NODE_VERSION: version };
  execFileSync(join(ROOT, "bin/pnpm"), ["--config.verify-deps-before-run=false", "test:packed"], {
    cwd: ROOT,
    env,
    stdio: "inherit",
  });
}
console.log(`engines: works on Node ${NODE_LINES.join(", ")}`);
