import { jsonToProto } from "./json-to-proto.ts";
import type { JsonObject } from "./json-value.ts";
import type { Signal } from "./signal.ts";

/**
 * The protobuf form of an export request given as plain objects in OTLP's JSON mapping, such as
 * {@link decodeRequest} returns. Doubles may also be numbers that JSON has no form for: NaN, infinities, -0.
 *
 * @throws {OperatingError} as {@link jsonToProto} does
 *
 * @example
 * ```ts
 * import { encodeRequest } from "@scrim/wire";
 * const tree = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: "hi" }] }] }] };
 * console.log(encodeRequest("logs", tree).toString("hex")); // 0a081206120462026869
 * ```
 */
export function encodeRequest(signal: Signal, request: JsonObject): Buffer {
  return jsonToProto(signal, Buffer.from(JSON.stringify(request, exact)));
}

/** As a string, what `JSON.stringify` would refuse or change. */
function exact(_key: string, value: unknown): unknown {
  if (typeof value !== "number") return value;
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? value : String(value);
}
