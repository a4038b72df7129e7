import { OperatingError } from "@scrim/errors";
import { FieldWalker, LEN, readInt64, VARINT } from "@scrim/wire";
import { RETRY_AFTER_MS_MAX } from "../sending/retry-after.ts";

/** Type URLs end in the name of the message; what is before the slash is not looked at. */
const RETRY_INFO = "google.rpc.RetryInfo";

const MS_PER_SECOND = 1_000;
const NS_PER_MS = 1_000_000;

/**
 * How long the `google.rpc.RetryInfo` in `grpc-status-details-bin` asks to wait, in milliseconds; undefined if there is
 * none, or none that can be read. Everything else in there is left unread: it may quote data.
 *
 * https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling
 */
export function parseRetryInfo(header: string | string[] | undefined): number | undefined {
  if (typeof header !== "string") return undefined;
  try {
    return findRetryInfo(Buffer.from(header, "base64"));
  } catch (error) {
    if (error instanceof OperatingError) return undefined;
    throw error;
  }
}

/** `google.rpc.Status`: its details are of type `google.protobuf.Any`. */
function findRetryInfo(status: Buffer): number | undefined {
  let delayMs: number | undefined;
  eachMessage(status, 0, status.length, 3, (start, end) => {
    const value = retryInfoIn(status, start, end);
    if (value !== undefined) delayMs = readDelay(status, value.start, value.end);
  });
  return delayMs;
}

function retryInfoIn(bytes: Buffer, start: number, end: number): { start: number; end: number } | undefined {
  let isRetryInfo = false;
  let value = { start: end, end }; // left out where it is empty
  const walker = new FieldWalker();
  walker.enter(bytes, start, end);
  while (walker.next()) {
    if (walker.wire !== LEN) continue;
    if (walker.field === 1)
      isRetryInfo = bytes.toString("latin1", walker.start, walker.end).split("/").at(-1) === RETRY_INFO;
    if (walker.field === 2) value = { start: walker.start, end: walker.end };
  }
  return isRetryInfo ? value : undefined;
}

/** `RetryInfo.retry_delay`, a `google.protobuf.Duration`. */
function readDelay(bytes: Buffer, start: number, end: number): number {
  let [seconds, nanos] = [0, 0];
  eachMessage(bytes, start, end, 1, (from, to) => {
    const walker = new FieldWalker();
    walker.enter(bytes, from, to);
    while (walker.next()) {
      if (walker.wire !== VARINT) continue;
      const value = Number(readInt64(bytes, walker.start, walker.end));
      if (walker.field === 1) seconds = value;
      if (walker.field === 2) nanos = value;
    }
  });
  const ms = seconds * MS_PER_SECOND + nanos / NS_PER_MS;
  return Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX);
}

function eachMessage(
  bytes: Buffer,
  start: number,
  end: number,
  field: number,
  visit: (start: number, end: number) => void,
): void {
  const walker = new FieldWalker();
  walker.enter(bytes, start, end);
  while (walker.next()) if (walker.field === field && walker.wire === LEN) visit(walker.start, walker.end);
}
