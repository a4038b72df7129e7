/** Starts the programs of the example, and stops them all. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** How long a program may take to say that it is ready. */
const READY_MS = 120_000;

export interface Program {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Running {
  /** What it has written to its standard output. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with what `pattern` finds in what it says; rejects if it ends, or is silent for too long. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export class Processes {
  readonly #folder: string;
  readonly #running: Running[] = [];

  /** `folder`: where all of them run. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  start(program: Program): Running {
    const running = watch(program.name, this.#spawn(program));
    this.#running.push(running);
    return running;
  }

  #spawn({ command: [file, ...args], env }: Program): ChildProcessByStdio<null, Readable, Readable> {
    return spawn(file, args, {
      cwd: this.#folder,
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async stop(): Promise<void> {
    for (const running of this.#running.toReversed()) await running.stop();
  }
}

function watch(name: string, child: ChildProcessByStdio<null, Readable, Readable>): Running {
  const text = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (data: string) => {
      text[stream] += data;
    });
  }
  const ended = once(child, "close");
  ended.catch(() => {}); // told by says()
  return {
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    async says(pattern) {
      const until = Date.now() + READY_MS;
      for (;;) {
        const found = pattern.exec(text.stdout + text.stderr);
        if (found !== null) return found;
        if (child.exitCode !== null || child.pid === undefined || Date.now() > until)
          throw new Error(`${name} did not start:\n${text.stderr}`);
        await sleep(20);
      }
    },
    async stop(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended.catch(() => {});
    },
  };
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Resolves once a program listens on a port. */
export async function listening(port: number, program: Running): Promise<void> {
  const until = Date.now() + READY_MS;
  while (!(await isOpen(port))) {
    if (Date.now() > until) throw new Error(`nothing listens on port ${port}:\n${program.stderr()}`);
    await sleep(50);
  }
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const isOpen = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "error").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return isOpen;
}
