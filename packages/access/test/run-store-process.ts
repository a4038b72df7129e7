import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Another process on a store, with what it has printed. */
export interface StoreProcess {
  readonly child: ChildProcess;
  /** Numbers of writes that it knows to be kept. Only whole lines count. */
  readonly kept: readonly number[];
  readonly ready: Promise<void>;
  /** How it ended: the signal, or the exit code. */
  readonly ended: Promise<NodeJS.Signals | number | null>;
}

export function runStoreProcess(...args: readonly string[]): StoreProcess {
  const script = join(import.meta.dirname, "store-process.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const kept: number[] = [];
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stdout! }).on("line", (line) => {
    if (line === "ready") ready.resolve();
    else kept.push(Number(line));
  });
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) => {
    child.once("close", (code, signal) => resolve(signal ?? code));
  });
  return { child, kept, ready: ready.promise, ended };
}
