import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../packages/workspace.ts";

const README = readFileSync(join(ROOT, "packages/cli/README.md"), "utf8");
const MAIN = join(ROOT, "packages/cli/src/main.ts");

interface Step {
  readonly command: string;
  readonly output: readonly string[];
}

/** Commands behind `$` in the README's sessions, each with what it prints. */
const STEPS: readonly Step[] = [...README.matchAll(/^```console\n([\s\S]*?)^```/gm)]
  .flatMap(([, session]) => session!.split(/^\$ /m).slice(1))
  .map((step) => {
    const [command, ...output] = step.trimEnd().split("\n");
    return { command: command!, output };
  });

/** What differs from run to run: ids, times and ports. Columns stay as wide as they are. */
function lasting(lines: readonly string[]): string[] {
  return lines.map((line) =>
    line
      .replace(/\b[0-9a-f]{16}\b/g, "ID______________")
      .replace(/\d{4}-\d\d-\d\dT[\d:]{8}Z/g, "TIME________________")
      .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT"),
  );
}

function started(command: string, folder: string): { child: ChildProcess; said: () => string[] } {
  const shell = `scrim() { "$NODE" "$MAIN" "$@"; }; ${command}`;
  const child = spawn("sh", ["-c", shell], {
    cwd: folder,
    env: { ...process.env, NODE: process.execPath, MAIN },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stderr, child.stdout]) {
    stream.on("data", (data: Buffer) => {
      text += data;
    });
  }
  return { child, said: () => text.trimEnd().split("\n") };
}

/** Starts the server, on a free port and without a shell, so that it can be told to stop; resolves with what it says. */
async function serve(command: string, folder: string): Promise<string[]> {
  const args = [MAIN, ...command.split(" ").slice(1), "--listen", "127.0.0.1:0"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  let text = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (data: Buffer) => {
      text += data;
      if (text.includes("ready")) resolve();
    });
    child.on("exit", () => reject(new Error(text)));
  });
  return text.trimEnd().split("\n");
}

test("the README's session of grants goes as it is printed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-session-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(STEPS.map(({ command }) => command.split(" ")[2])).toEqual([
    "keygen",
    "keygen",
    "enrol",
    "serve",
    "create",
    "list",
    "revoke",
  ]);
  let grant = "";
  for (const { command, output } of STEPS) {
    if (command.startsWith("scrim grant serve ")) {
      expect(lasting(await serve(command, folder))).toEqual(lasting(output));
      continue;
    }
    const { child, said } = started(command.replace(/(?<=revoke )\w+/, grant), folder);
    const [code] = await once(child, "close");
    expect(code, said().join("\n")).toBe(0);
    expect(lasting(said()), command).toEqual(lasting(output));
    grant = /^grant ([0-9a-f]{16}): /m.exec(said().join("\n"))?.[1] ?? grant;
  }
}, 180_000);
