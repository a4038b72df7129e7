import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bearerTokens } from "./bearer-tokens.ts";

const OLD = "0123456789abcdef-old";
const NEW = "0123456789abcdef-new";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-tokens-"));
  path = join(folder, "tokens");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(text: string): string {
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

test.each([
  [`Bearer ${OLD}`, true],
  [`bearer ${NEW}`, true],
  [`Bearer ${OLD}x`, false],
  [`Bearer ${OLD.slice(0, -1)}`, false],
  [`Basic ${OLD}`, false],
  [OLD, false],
  ["Bearer ", false],
  ["", false],
  [undefined, false],
])("%j is let in: %s", (header, isLetIn) => {
  expect(bearerTokens(write(`${OLD}\r\n${NEW}\n`))(header)).toBe(isLetIn);
});

test.each([
  ["no file", undefined, "CONFIG_UNREADABLE"],
  ["nothing", "\n", "CONFIG_INVALID"],
  ["a short token", `${OLD}\nhunter2\n`, "CONFIG_INVALID"],
  ["a token with spaces", "0123456789abcdef and more", "CONFIG_INVALID"],
])("%s is refused, and no token told", (_, text, code) => {
  if (text !== undefined) write(text);
  let error: unknown;
  try {
    bearerTokens(path);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code, path });
  expect(String((error as Error).message)).not.toContain("hunter2");
});

test("tokens that others may read are refused", () => {
  chmodSync(write(OLD), 0o644);
  expect(() => bearerTokens(path)).toThrow(expect.objectContaining({ code: "CONFIG_UNREADABLE" }));
});
