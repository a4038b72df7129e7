import { decodeRequest } from "./decode.ts";
import type { Signal } from "./signal.ts";

/**
 * An export request as one line of JSON in OTLP's mapping: keys in lowerCamelCase, ids in lower-case hex, enums
 * as numbers, 64-bit integers as decimal strings. `{}` for an empty request. See {@link decodeRequest} for what
 * becomes of duplicate fields, unknown fields and defaults.
 *
 * @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` with the byte offset as path, `TOO_DEEP`
 */
export function protoToJson(signal: Signal, bytes: Uint8Array): string {
  return JSON.stringify(decodeRequest(signal, bytes));
}
