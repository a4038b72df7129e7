import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const PROGRAM = join(import.meta.dirname, "../../testing/refused-connection.ts");

test("a connection that a worker refused before it ended is another's, who serves on", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], { timeout: 20_000 });
  expect(JSON.parse(stdout)).toEqual({ heard: ["served", "served"], later: ["served", "served"] });
}, 30_000);
