import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { OTHER_CORE, startChild } from "./child.ts";
import type { LoadOutcome, LoadTask } from "./load-process.ts";
import type { SinkCount, SinkQuestion, SinkTask } from "./sink-process.ts";

/** Whoever sends, as a process. */
export interface LoadProcess {
  run(task: LoadTask): Promise<LoadOutcome>;
  stop(): void;
}

/** Where it goes, as a process. */
export interface SinkProcess {
  readonly port: number;
  ask(question?: SinkQuestion): Promise<SinkCount>;
  stop(): void;
}

/** A process of ours that answers each message with one. */
export interface PeerProcess {
  ask(message: object | string): Promise<unknown>;
  stop(): void;
}

/** Starts a module as a process, on the core that is not measured. */
export function startPeer(module: URL): PeerProcess {
  return new Peer(fileURLToPath(module));
}

class Peer implements PeerProcess {
  readonly #child;
  readonly #ended: Promise<never>;

  constructor(file: string) {
    this.#child = startChild(OTHER_CORE, [process.execPath, file]);
    this.#child.stderr!.pipe(process.stderr);
    this.#ended = once(this.#child, "exit").then(([code]) => {
      throw new Error(`${file} ended with ${code}`);
    });
    this.#ended.catch(() => undefined);
  }

  async ask(message: object | string): Promise<unknown> {
    const answered = once(this.#child, "message");
    this.#child.send(message);
    const [answer] = await Promise.race([answered, this.#ended]);
    return answer;
  }

  stop(): void {
    this.#child.kill("SIGKILL");
  }
}

export function startLoadProcess(): LoadProcess {
  const peer = startPeer(new URL("./load-process.ts", import.meta.url));
  return {
    run: async (task) => (await peer.ask(task)) as LoadOutcome,
    stop: () => peer.stop(),
  };
}

export async function startSinkProcess(task: SinkTask): Promise<SinkProcess> {
  const peer = startPeer(new URL("./sink-process.ts", import.meta.url));
  return {
    port: (await peer.ask(task)) as number,
    ask: async (question = { requests: [], records: 0 }) => (await peer.ask(question)) as SinkCount,
    stop: () => peer.stop(),
  };
}
