import { type JsonObject, jsonToProto, REQUEST_TYPES, type Signal } from "../src/index.ts";
import { secondDecoder } from "./second-decoder.ts";

/** JSON of a logs request whose only log record has these members. */
export function logRecordJson(members: string): string {
  return `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{${members}}]}]}]}`;
}

/** JSON of a logs request whose only log record has this body, an AnyValue. */
export function bodyJson(body: string): string {
  return logRecordJson(`"body":${body}`);
}

/** JSON of a traces request whose only span has these members. */
export function spanJson(members: string): string {
  return `{"resourceSpans":[{"scopeSpans":[{"spans":[{${members}}]}]}]}`;
}

/** JSON of a metrics request whose only metric has these members. */
export function metricJson(members: string): string {
  return `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{${members}}]}]}]}`;
}

/** JSON of a logs request whose body is a text in `depth` lists, one in the other: `[[[…"x"…]]]`. */
export function nestedListsJson(depth: number): string {
  const [open, close] = ['{"arrayValue":{"values":[', "]}}"];
  return bodyJson(`${open.repeat(depth)}{"stringValue":"x"}${close.repeat(depth)}`);
}

export function encode(json: string, signal: Signal = "logs"): Buffer {
  return jsonToProto(signal, Buffer.from(json));
}

/** What protobufjs, no part of ours, makes of a log record with these members. */
export function record(members: string): JsonObject {
  type Nested = { resourceLogs: { scopeLogs: { logRecords: JsonObject[] }[] }[] };
  const request = secondLogs(encode(logRecordJson(members))) as unknown as Nested;
  return request.resourceLogs[0]!.scopeLogs[0]!.logRecords[0]!;
}

/** What protobufjs makes of a log record's body, an AnyValue. */
export function body(value: string): JsonObject {
  return record(`"body":${value}`).body as JsonObject;
}

const secondLogs = secondDecoder(REQUEST_TYPES.logs);
