import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Another process on a store, with what it has printed. */
export interface StoreProcess {
  readonly child: ChildProcess;
  /** Numbers of writes that it knows to be kept. Only whole lines count. */
  readonly kept: readonly number[];
  /** How many the store refused. */
  readonly failed: () => number;
  readonly ready: Promise<void>;
  /** How it ended: the signal, or the exit code. */
  readonly ended: Promise<NodeJS.Signals | number | null>;
}

export function runStoreProcess(...args: readonly string[]): StoreProcess {
  return runUnder([], ...args);
}

/** The same under another program, which is told what to run. */
export function runUnder(program: readonly string[], ...args: readonly string[]): StoreProcess {
  const script = join(import.meta.dirname, "store-process.ts");
  const [command, ...rest] = [
    ...program,
    process.execPath,
    "--disable-warning=ExperimentalWarning",
    script,
    ...args,
  ];
  const child = spawn(command!, rest, { stdio: ["ignore", "pipe", "inherit"] });
  let failed = 0;
  const kept: number[] = [];
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stdout! }).on("line", (line) => {
    if (line === "ready") ready.resolve();
    else if (line === "failed") failed++;
    else kept.push(Number(line));
  });
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) => {
    child.once("close", (code, signal) => resolve(signal ?? code));
  });
  return { child, kept, failed: () => failed, ready: ready.promise, ended };
}
