import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scrimHere } from "./scrim.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-reveal-command-"));
  writeFileSync(join(folder, "token"), "t0ken\n", { mode: 0o600 });
  writeFileSync(join(folder, "open"), "t0ken\n");
  chmodSync(join(folder, "open"), 0o644);
  writeFileSync(join(folder, "empty"), "\n", { mode: 0o600 });
  writeFileSync(join(folder, "broken.yaml"), "listen: 127.0.0.1:0\nkey_file: x\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const URL = "http://127.0.0.1:9";
const here = (args: readonly string[]) =>
  args.map((arg) => (arg.startsWith("@") ? join(folder, arg.slice(1)) : arg));

test.each([
  ["no address", ["--token-file", "@token"], 2, "--url URL is required"],
  ["no token", ["--url", URL], 2, "--token-file FILE is required"],
  ["an address that is none", ["--url", "reveal", "--token-file", "@token"], 2, "--url: is no address"],
  ["an address in the clear", ["--url", "http://a.example", "--token-file", "@token"], 2, "in the clear"],
  ["a token that others may read", ["--url", URL, "--token-file", "@open"], 1, "others than its owner"],
  ["a file without a token", ["--url", URL, "--token-file", "@empty"], 2, "has no token in it"],
  ["a token file that isn't there", ["--url", URL, "--token-file", "@none"], 1, "no such file"],
  ["a file that isn't there", ["--url", URL, "--token-file", "@token", "@none"], 2, "can't be read (ENOENT)"],
])("scrim reveal with %s says so", async (_, args, code, message) => {
  const run = await scrimHere(["reveal", ...here(args)], "line\n");
  expect(run.stderr).toContain(message);
  expect([run.code, run.stdout]).toEqual([code, ""]);
});

test("lines without sealed values pass, and nobody is asked", async () => {
  const args = here(["reveal", "--url", URL, "--token-file", "@token"]);
  expect(await scrimHere(args, "a\r\n\nb [SEALED:v1:]\nlast")).toEqual({
    code: 0,
    stdout: "a\r\n\nb [SEALED:v1:]\nlast\n",
    stderr: "reveal: opened 0 of 0 sealed values\n",
  });
});

test.each([
  ["without a configuration", [], 2, "--config FILE is required"],
  ["on one that isn't there", ["--config", "@none"], 1, "no such file"],
  ["on one with a slip", ["--config", "@broken.yaml"], 1, 'unrecognized key "key_file"'],
])("scrim reveal serve %s says so", async (_, args, code, message) => {
  const run = await scrimHere(["reveal", "serve", ...here(args)]);
  expect(run.stderr).toContain(message);
  expect(run.code).toBe(code);
});

test("each of the commands that begin with reveal has its own help", async () => {
  for (const name of ["reveal", "reveal serve", "reveal keygen"]) {
    const { stdout } = await scrimHere([...name.split(" "), "--help"]);
    expect(stdout).toContain(`usage: scrim ${name} [OPTIONS]`);
  }
});
