import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { ROOT } from "../packages/workspace.ts";
import { type Run, scrim, scrimHere } from "./scrim.ts";

const MAIN = join(ROOT, "packages/cli/src/main.ts");

/** A control plane of `scrim access init` and `serve`, in a process and a folder of its own. */
export interface ServedPlane {
  readonly url: string;
  readonly folder: string;
  /** A file in its folder. */
  at(name: string): string;
  /** Options that say who asks. */
  as(person: string): readonly string[];
  /** Runs `scrim access …` in this process, which is faster. */
  here(person: string, ...args: readonly string[]): Promise<Run>;
  /** Runs `scrim access …` as a process of its own. */
  run(person: string, ...args: readonly string[]): Promise<Run>;
  /** What it has said so far. */
  said(): string;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again, at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param init options of `scrim access init` beside the folder
 * @param prepare changes what `init` has made, before it is served
 */
export async function servePlane(
  init: readonly string[],
  prepare: (at: ServedPlane["at"]) => Promise<void> = async () => {},
): Promise<ServedPlane> {
  const folder = mkdtempSync(join(tmpdir(), "scrim-access-"));
  const at = (name: string) => join(folder, "access", name);
  const made = await scrimHere(["access", "init", join(folder, "access"), ...init]);
  expect(made.code, made.stderr).toBe(0);
  await prepare(at);
  let server = await serve(at("access.yaml"), "127.0.0.1:0");
  const { url } = server;
  const as = (person: string) => ["--url", url, "--token-file", at(`${person}.token`)];
  const kill = async (signal: NodeJS.Signals) => {
    if (server.child.exitCode !== null || server.child.signalCode !== null) return;
    const ended = once(server.child, "exit");
    server.child.kill(signal);
    await ended;
  };
  return {
    url,
    folder,
    at,
    as,
    here: (person, ...args) => scrimHere(["access", ...args, ...as(person)]),
    run: (person, ...args) => scrim(["access", ...args, ...as(person)]),
    said: () => server.said(),
    kill,
    async restart() {
      server = await serve(at("access.yaml"), new URL(url).host);
    },
    async close() {
      await kill("SIGTERM");
      rmSync(folder, { recursive: true });
    },
  };
}

/** Starts a server; resolves when it is ready. */
async function serve(
  config: string,
  listen: string,
): Promise<{ readonly url: string; readonly child: ChildProcess; readonly said: () => string }> {
  const child = spawn(process.execPath, [MAIN, "access", "serve", "--config", config, "--listen", listen]);
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (part: Buffer) => {
      said += part;
    });
    child.stderr.on("data", (part: Buffer) => {
      said += part;
      if (said.includes("ready")) resolve();
    });
    child.on("exit", () => reject(new Error(said)));
  });
  return { url: /http:\/\/[\d.:]+/.exec(said)![0], child, said: () => said };
}

/** A command of `scrim access` that goes on while the test does other things. */
export interface StartedCommand {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves once it has said all of this, on whichever stream. */
  says(...texts: readonly string[]): Promise<void>;
  readonly ended: Promise<number | null>;
}

export function startAccessCommand(args: readonly string[]): StartedCommand {
  const child = spawn(process.execPath, [MAIN, "access", ...args]);
  const collected = { stdout: "", stderr: "" };
  const waiting: (() => void)[] = [];
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (part: Buffer) => {
      collected[name] += part;
      for (const check of waiting) check();
    });
  }
  const ended = once(child, "close").then(([code]) => code as number | null);
  return {
    child,
    stdout: () => collected.stdout,
    stderr: () => collected.stderr,
    says: (...texts) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const said = collected.stdout + collected.stderr;
          if (texts.every((text) => said.includes(text))) resolve();
        };
        waiting.push(check);
        check();
        void ended.then(() => reject(new Error(`it ended: ${collected.stdout}${collected.stderr}`)));
      }),
    ended,
  };
}
