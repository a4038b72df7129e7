/** Runs the packed-tarball proof on each line of Node that `engines` allows. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./workspace.ts";

/** The lowest of the lines that the servers support, and the pinned one. */
const VERSIONS = ["22.23.2", "24.18.1", "26.10.0"];

for (const version of VERSIONS) {
  console.log(`engines: Node ${version}`);
  const env = { ...process.env, SCRIM_NODE_VERSION: version };
  execFileSync(join(ROOT, "bin/pnpm"), ["--config.verify-deps-before-run=false", "test:packed"], {
    cwd: ROOT,
    env,
    stdio: "inherit",
  });
}
console.log(`engines: works on Node ${VERSIONS.join(", ")}`);
