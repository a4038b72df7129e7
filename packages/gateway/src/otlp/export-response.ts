import { FieldWalker, LEN, readInt64, type Signal, VARINT } from "@scrim/wire";
import type { Encoding } from "./encoding.ts";
import { bytesField, integerField } from "./proto-field.ts";

/** Items the server left out, and why: the `partial_success` of every export response. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly error_message: string;
}

/** How JSON calls the number of rejected items; in protobuf it is field 1 for every signal. */
const REJECTED_NAMES: Readonly<Record<Signal, string>> = {
  logs: "rejectedLogRecords",
  traces: "rejectedSpans",
  metrics: "rejectedDataPoints",
  profiles: "rejectedProfiles",
};

/**
 * The body of an answer to an accepted request: nothing but `partial_success`, and that only if something was
 * rejected. A message that would not fit is cut; the number never is.
 *
 * @returns undefined if even the number does not fit within `bytesMax`
 */
export function encodeExportResponse(
  signal: Signal,
  encoding: Encoding,
  partial: PartialSuccess,
  bytesMax: number,
): Buffer | undefined {
  const encode = (message: string) => encodePartial(signal, encoding, partial.rejected, message);
  const whole = encode(partial.error_message);
  if (whole.length <= bytesMax) return whole;
  const withoutMessage = encode("");
  if (withoutMessage.length > bytesMax) return undefined;
  // Messages are ours, so ASCII: a character is a byte, and a cut falls between characters.
  const overhead = encode("x").length;
  const room = bytesMax - overhead - LENGTH_GROWTH_MAX;
  return encode(partial.error_message.slice(0, Math.max(0, room)));
}

/** How much longer the two length prefixes around a message can get when the message grows: four bytes each. */
const LENGTH_GROWTH_MAX = 8;

function encodePartial(signal: Signal, encoding: Encoding, rejected: number, message: string): Buffer {
  const empty = rejected === 0 && message === "";
  if (encoding === "json") {
    const partialSuccess = {
      ...(rejected === 0 ? {} : { [REJECTED_NAMES[signal]]: String(rejected) }),
      ...(message === "" ? {} : { errorMessage: message }),
    };
    return Buffer.from(JSON.stringify(empty ? {} : { partialSuccess }));
  }
  if (empty) return Buffer.alloc(0);
  const fields = [integerField(1, rejected), ...(message === "" ? [] : [bytesField(2, message)])];
  return bytesField(1, Buffer.concat(fields));
}

/**
 * How many items a destination rejected, from the protobuf body of its answer. The message is not read: it may quote
 * data.
 *
 * @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED`
 */
export function decodeRejected(body: Uint8Array): number {
  let rejected = 0;
  const outer = new FieldWalker();
  outer.enter(body, 0, body.length);
  while (outer.next()) {
    if (outer.field !== 1 || outer.wire !== LEN) continue;
    const partial = new FieldWalker();
    partial.enter(body, outer.start, outer.end);
    while (partial.next())
      if (partial.field === 1 && partial.wire === VARINT)
        rejected = Number(readInt64(body, partial.start, partial.end));
  }
  return Math.max(0, rejected);
}
