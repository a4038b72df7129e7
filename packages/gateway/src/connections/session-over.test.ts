import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("connections that break in the middle of headers and writes don't end the process", async () => {
  const program = join(import.meta.dirname, "../../testing/broken-sessions.ts");
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", program]);
  expect(stdout).toBe("unharmed\n");
});
