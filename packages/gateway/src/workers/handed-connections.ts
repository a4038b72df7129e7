import type { ChildProcess } from "node:child_process";
import type { Worker } from "node:cluster";

/** Node's own of a connection that it has accepted. Closing it again does nothing. */
interface Handle {
  close(): void;
}

/** How Node hands a connection to a worker: `internal/cluster/round_robin_handle`. */
interface InternalMessage {
  readonly act?: unknown;
  /** The message's number, and in an answer that of what is answered. */
  readonly seq?: unknown;
  readonly ack?: unknown;
}

/**
 * Closes a connection that a worker was handed and never said to have, when the worker ends. Node closes its own end of a connection when the
 * worker has answered, so one that is killed before leaves whoever connected waiting, and a file open (nodejs/node-v0.x-archive#7006).
 */
export function closeWhatWasHanded(worker: Worker): void {
  /** Those it has not answered for. One that it refuses is another worker's next, and no more of this one's business. */
  const handed = new Map<unknown, Handle>();
  const { process } = worker;
  const { send } = process;
  process.send = ((message: InternalMessage | undefined, handle?: Handle, ...rest: unknown[]): boolean => {
    if (message?.act === "newconn" && handle !== undefined) handed.set(message.seq, handle);
    return Reflect.apply(send, process, [message, handle, ...rest]);
  }) as ChildProcess["send"];
  process.on("internalMessage", ({ ack }: InternalMessage) => handed.delete(ack));
  worker.once("exit", () => {
    for (const handle of handed.values()) handle.close();
  });
}
