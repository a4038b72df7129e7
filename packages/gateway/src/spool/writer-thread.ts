import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { OperatingError } from "@scrim/errors";
import type { SpoolWriter, WriterRequest, WriterRequests } from "./writer-messages.ts";

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

type Message = { readonly id: number; readonly answer?: unknown; readonly code?: string };

/**
 * A writer in a thread of its own. Where the thread dies, what was asked of it has failed, and the next request starts another, which
 * `resume` brings to where the last one was known to be.
 */
export class WriterThread implements SpoolWriter {
  readonly #resume: () => readonly WriterRequests["resume"]["ask"][];
  readonly #died: () => void;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #ended: Promise<void> = Promise.resolve();
  #isClosed = false;
  #id = 0;

  constructor(resume: () => readonly WriterRequests["resume"]["ask"][], died: () => void) {
    this.#resume = resume;
    this.#died = died;
  }

  request<K extends WriterRequest>(
    kind: K,
    ask: WriterRequests[K]["ask"],
  ): Promise<WriterRequests[K]["answer"]> {
    // Another process may have the folder by now.
    if (this.#isClosed) return Promise.reject(failed("the spool is closed"));
    this.#worker ??= this.#start();
    return this.#post(this.#worker, kind, ask) as Promise<WriterRequests[K]["answer"]>;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#worker?.postMessage({ kind: "close" });
    await this.#ended;
  }

  /** For tests of what a death costs. */
  async kill(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url), {
      name: "scrim-spool",
      stdin: false,
    });
    worker.on("message", ({ id, answer, code }: Message) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (code === undefined) waiting?.resolve(answer);
      else waiting?.reject(failed(code));
    });
    worker.on("error", () => undefined); // "exit" follows
    this.#ended = new Promise((resolve) => {
      worker.once("exit", () => {
        if (this.#worker === worker) this.#worker = undefined;
        const left = [...this.#waiting.values()];
        this.#waiting.clear();
        for (const { reject } of left) reject(failed("the thread that writes has ended"));
        if (left.length > 0) this.#died();
        resolve();
      });
    });
    for (const ask of this.#resume()) this.#post(worker, "resume", ask).catch(() => worker.terminate()); // the next one may get further
    return worker;
  }

  #post<K extends WriterRequest>(worker: Worker, kind: K, ask: WriterRequests[K]["ask"]): Promise<unknown> {
    const id = this.#id++;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    worker.postMessage({ id, kind, ask });
    return answer;
  }
}

function failed(code: string): OperatingError {
  return new OperatingError("QUEUE_FAILED", `the spool can't be written (${code})`, {
    hint: "is there room on its disk, and is the folder there, and writable?",
  });
}
