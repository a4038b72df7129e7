import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ROOT } from "../packages/workspace.ts";

/* Sessions that pages print: commands behind `$`, each with what it prints. */

const MAIN = join(ROOT, "packages/cli/src/main.ts");

export interface Step {
  /** Whose terminal it is: `alice` of `alice$`; empty where one is enough. */
  readonly who: string;
  readonly command: string;
  readonly output: string;
}

export interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** The steps of all sessions of a page. A command goes on in the next line after `\`. */
export function stepsOf(page: string): readonly Step[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return [...text.matchAll(/^```console\n([\s\S]*?)^```/gm)].flatMap(([, session]) =>
    [...session!.matchAll(/^(\w*)\$ ((?:.*\\\n)*.*)\n((?:(?!\w*\$ ).*\n)*)/gm)].map(
      ([, who, command, output]) => ({ who: who!, command: command!, output: output!.trimEnd() }),
    ),
  );
}

/** Runs a command of a session in a folder, as a shell does. What it says on both streams comes in its order. */
export async function runStep(
  command: string,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const shell = `scrim() { "$NODE" "$MAIN" "$@"; }; node() { "$NODE" "$@"; }; { ${command}\n} 2>&1`;
  // Packages that pnpm has for itself are not there for applications elsewhere.
  const { NODE_PATH: _, ...inherited } = process.env;
  const child = spawn("sh", ["-c", shell], {
    cwd: folder,
    env: { ...inherited, ...env, NODE: process.execPath, MAIN },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (data: Buffer) => {
    said += data;
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, said: said.trimEnd() };
}

/** Starts a server of a session, on a free port and without a shell, so that it can be told to stop; resolves with what it says. */
export async function serveStep(command: string, folder: string): Promise<string> {
  const args = [MAIN, ...command.split(" ").slice(1), "--listen", "127.0.0.1:0"];
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr!.on("data", (data: Buffer) => {
      said += data;
      if (said.includes("ready")) resolve();
    });
    child.on("exit", () => reject(new Error(said)));
  });
  return said.trimEnd();
}
