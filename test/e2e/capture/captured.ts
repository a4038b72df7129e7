import { decodeRequest, type JsonObject } from "@scrim/wire";
import { type Sink, startSink } from "../sink.ts";

interface CapturedRecord {
  readonly traceId: string;
  /** In milliseconds since 1970, as it was logged. */
  readonly atMs: number;
  readonly severity: number;
  readonly body: string;
}

/** A backend, and the log records in it. */
export interface LogSink {
  readonly url: string;
  /** In the order they came. */
  records(): readonly CapturedRecord[];
  /** Those below INFO. */
  verbose(): readonly CapturedRecord[];
  close(): Promise<void>;
}

/** `severityNumber` of INFO: what is below is verbose. */
const INFO = 9;

export async function startLogSink(): Promise<LogSink> {
  const sink = await startSink();
  const records = recordsOf(sink);
  return {
    url: sink.url,
    records,
    verbose: () => records().filter(({ severity }) => severity < INFO),
    close: sink.close,
  };
}

function recordsOf({ received }: Sink): () => readonly CapturedRecord[] {
  const read: CapturedRecord[] = [];
  let count = 0;
  return () => {
    for (; count < received.length; count++) {
      const { path, body } = received[count]!;
      if (path === "/v1/logs") read.push(...itemsOf(decodeRequest("logs", body) as unknown as LogsRequest));
    }
    return read;
  };
}

interface LogsRequest {
  readonly resourceLogs: readonly { scopeLogs: readonly { logRecords: readonly JsonObject[] }[] }[];
}

function itemsOf({ resourceLogs }: LogsRequest): CapturedRecord[] {
  return resourceLogs
    .flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords))
    .map(({ traceId = "", timeUnixNano, severityNumber, body }) => ({
      traceId: String(traceId),
      atMs: Number(BigInt(String(timeUnixNano)) / 1_000_000n),
      severity: Number(severityNumber),
      body: String((body as { stringValue?: string }).stringValue),
    }));
}
