import { join } from "node:path";
import { defineConfig } from "vitest/config";

const report = process.env.SCRIM_TEST_REPORT;

export default defineConfig({
  test: {
    include: ["packages/*/{src,test}/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One more than CI has cores: end-to-end tests wait for a third of their time.
    maxWorkers: 3,
    // Tests start hundreds of processes from source: each takes half as long where what it loads was compiled before.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/node-compile") },
    reporters: report === undefined ? ["default"] : ["default", ["json", { outputFile: report }]],
  },
});
