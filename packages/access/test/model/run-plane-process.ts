import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Answer, Asked, Caller } from "./running-plane.ts";

/** A process that runs a control plane; see plane-process.ts. */
export class PlaneProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>();
  readonly ended: Promise<NodeJS.Signals | null>;
  readonly #ready: Promise<void>;
  #number = 0;
  /** The point at which it killed itself. */
  killedAt: string | undefined;

  private constructor(place: string, directory: string, keyFile: string, killAt: number) {
    const file = join(import.meta.dirname, "plane-process.ts");
    this.#child = spawn(process.execPath, [file, place, directory, keyFile, String(killAt)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child.stdin!.on("error", () => undefined); // it has been killed
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ready = promise;
    createInterface({ input: this.#child.stdout! }).on("line", (line) => {
      const { ready, number, answer, killedAt } = JSON.parse(line);
      if (ready) resolve();
      if (killedAt !== undefined) this.killedAt = killedAt;
      this.#waiting.get(number)?.(answer);
      this.#waiting.delete(number);
    });
    this.ended = new Promise((settle) =>
      this.#child.on("close", (_, signal) => {
        for (const forget of this.#waiting.values()) forget(undefined);
        this.#waiting.clear();
        resolve();
        settle(signal);
      }),
    );
  }

  /** Resolves once it is ready, or has ended before. */
  static async start(place: string, directory: string, keyFile: string, killAt = 0): Promise<PlaneProcess> {
    const started = new PlaneProcess(place, directory, keyFile, killAt);
    await started.#ready;
    return started;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Undefined where it was killed before it answered. */
  async ask(caller: Caller, asked: Asked): Promise<Answer | undefined> {
    if (this.hasEnded) return undefined;
    const number = this.#number++;
    return await new Promise<Answer | undefined>((resolve) => {
      this.#waiting.set(number, resolve);
      this.#child.stdin!.write(`${JSON.stringify({ number, caller, asked })}\n`);
    });
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  /** Ends it as an operator would. */
  async close(): Promise<void> {
    this.#child.stdin!.end();
    await this.ended;
  }
}
