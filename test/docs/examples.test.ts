import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, workspacePackages } from "../packages/workspace.ts";

interface Example {
  readonly name: string;
  readonly code: string;
  /** What each `console.log(…); // …` says it prints. */
  readonly prints: readonly string[];
}

/** TypeScript in fences: inside docstrings (`@example`), and in Markdown that is meant to be run. */
function examplesIn(file: string): Example[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const fence = file.endsWith(".md") ? /^```ts run\n([\s\S]*?)^```/gm : /^ \* ```ts\n([\s\S]*?)^ \* ```/gm;
  return [...text.matchAll(fence)].map((match, index) => {
    const code = file.endsWith(".md") ? match[1]! : match[1]!.replace(/^ \* ?/gm, "");
    const prints = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, output]) => output!.trim());
    return { name: `${file} #${index + 1}`, code, prints };
  });
}

const FILES = [
  ...globSync("packages/*/src/**/*.ts", { cwd: ROOT, exclude: ["**/*.test.ts"] }),
  ...globSync("*.md", { cwd: ROOT }),
  ...globSync("docs/*.md", { cwd: ROOT }),
  ...globSync("packages/*/README.md", { cwd: ROOT }),
].toSorted();

const EXAMPLES = FILES.flatMap(examplesIn);

test.each(EXAMPLES)("$name prints what it says", ({ code, prints }) => {
  // Inside this package, so that the example finds what it imports by name as a user's file would.
  const folder = mkdtempSync(join(import.meta.dirname, "example-"));
  try {
    writeFileSync(join(folder, "example.ts"), code);
    const output = execFileSync(process.execPath, [join(folder, "example.ts")], {
      timeout: 20_000,
    }).toString();
    const lines = output.split("\n").filter((line) => line !== "");
    if (prints.length > 0) expect(lines).toEqual(prints);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("each package shows an example", () => {
  const shown = new Set(EXAMPLES.map(({ name }) => name.split("/")[1]));
  for (const { folder } of workspacePackages().filter(({ manifest }) => manifest.name !== "scrim")) {
    expect(shown, `add an @example to a public docstring of ${folder}`).toContain(folder);
  }
});
