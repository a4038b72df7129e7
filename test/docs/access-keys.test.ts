import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAccessConfig } from "@scrim/access";
import { openKeySet, readPublicKey } from "@scrim/grants";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../packages/workspace.ts";

const MAIN = join(ROOT, "packages/cli/src/main.ts");
const PAGE = readFileSync(join(ROOT, "docs/access-keys.md"), "utf8");
const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, "gm"))].map(
    ([, text]) => text!,
  );

test("the page's commands replace a key: one, both, the new one alone", { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-keys-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const line of blocks("sh").flatMap((block) => block.trim().split("\n"))) {
    const [command, ...args] = line.trim().split(" ");
    expect(command).toBe("scrim");
    execFileSync(process.execPath, [MAIN, ...args], { cwd: folder });
  }
  const publicKey = (purpose: "root" | "signing", name: string) =>
    readPublicKey(purpose, readFileSync(join(folder, name), "utf8"), name);
  const [old, next] = [publicKey("signing", "signing.pub").id, publicKey("signing", "next.pub").id];
  const sets = ["keys-1.set", "keys-2.set", "keys-3.set"].map((name) =>
    openKeySet(readFileSync(join(folder, name)), [publicKey("root", "root.pub")]),
  );
  expect(sets.map(({ version, keys }) => [version, keys.map(({ key }) => key.id)])).toEqual([
    [1, [old]],
    [2, [old, next]],
    [3, [next]],
  ]);
});

test("the page's configuration is taken", () => {
  const [source] = blocks("yaml");
  expect(parseAccessConfig(source!).keys).toMatchObject({ set_file: "keys.set", root_files: ["root.pub"] });
});
