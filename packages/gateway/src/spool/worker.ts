import { parentPort } from "node:worker_threads";
import { diskFiles } from "./disk-files.ts";
import { LogFiles } from "./log-files.ts";
import { codeOf } from "./spool-files.ts";
import type { WriterRequest, WriterRequests } from "./writer-messages.ts";

/** The thread that waits for the disk, so that nothing else does: libuv's pool is shared with decompression and TLS. */

const logs = new LogFiles(diskFiles);

parentPort?.on(
  "message",
  <K extends WriterRequest>({
    id,
    kind,
    ask,
  }: {
    id: number;
    kind: K | "close";
    ask: WriterRequests[K]["ask"];
  }) => {
    if (kind === "close") {
      logs.close();
      parentPort?.close();
      return;
    }
    try {
      parentPort?.postMessage({ id, answer: logs.handle(kind, ask) });
    } catch (error) {
      parentPort?.postMessage({ id, code: codeOf(error) });
    }
  },
);
