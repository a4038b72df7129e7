import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

/** What it prints; rejects where Node ends it. */
async function run(program: string): Promise<string> {
  const path = join(import.meta.dirname, "../../testing", program);
  return (await promisify(execFile)(process.execPath, ["--expose-gc", path])).stdout;
}

test("connections that break in the middle of headers and writes don't end the process", async () => {
  expect(await run("broken-sessions.ts")).toBe("unharmed\n");
});

test("nor do servers that break the protocol there", async () => {
  for (let n = 0; n < 8; n++) expect(await run("broken-protocol.ts")).toBe("unharmed\n");
});
