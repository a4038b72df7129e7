import type { ChildProcess } from "node:child_process";
import type { Worker } from "node:cluster";

/** Node's own of a connection that it has accepted. Closing it again does nothing. */
interface Handle {
  close(): void;
}

/** How Node hands a connection to a worker: `internal/cluster/round_robin_handle`. */
interface NewConnection {
  readonly act?: unknown;
  /** Of the port. */
  readonly key?: unknown;
}

/**
 * Closes a connection that a worker was handed and never said to have, when the worker ends. Node closes its own end of a connection when the
 * worker has answered, so one that is killed before leaves whoever connected waiting, and a file open (nodejs/node-v0.x-archive#7006).
 */
export function closeWhatWasHanded(worker: Worker): void {
  /** The last one of each port: until a worker has answered, it is handed no other. */
  const handed = new Map<unknown, Handle>();
  const { process } = worker;
  const { send } = process;
  process.send = ((message: NewConnection | undefined, handle?: Handle, ...rest: unknown[]): boolean => {
    if (message?.act === "newconn" && handle !== undefined) handed.set(message.key, handle);
    return Reflect.apply(send, process, [message, handle, ...rest]);
  }) as ChildProcess["send"];
  worker.once("exit", () => {
    for (const handle of handed.values()) handle.close();
  });
}
