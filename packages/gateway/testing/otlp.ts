import { encodeRequest, type JsonObject, type Signal } from "@scrim/wire";

/** Requests for tests, one for each signal. */

export const PATHS: Readonly<Record<Signal, string>> = {
  logs: "/v1/logs",
  traces: "/v1/traces",
  metrics: "/v1/metrics",
  profiles: "/v1development/profiles",
};

const TIME = "1700000000000000000";
const RESOURCE = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };

const ITEMS: Readonly<Record<Signal, (text: string) => JsonObject>> = {
  logs: (text) => ({ timeUnixNano: TIME, severityNumber: 9, body: { stringValue: text } }),
  traces: (text) => ({ startTimeUnixNano: TIME, endTimeUnixNano: TIME, name: text }),
  metrics: (text) => ({ name: text, gauge: { dataPoints: [{ timeUnixNano: TIME, asInt: "1" }] } }),
  profiles: () => ({ timeUnixNano: TIME, durationNano: "1" }),
};

const NAMES: Readonly<Record<Signal, readonly [string, string, string]>> = {
  logs: ["resourceLogs", "scopeLogs", "logRecords"],
  traces: ["resourceSpans", "scopeSpans", "spans"],
  metrics: ["resourceMetrics", "scopeMetrics", "metrics"],
  profiles: ["resourceProfiles", "scopeProfiles", "profiles"],
};

/** A request with an item for each text; of profiles, with so many profiles. */
function requestTree(signal: Signal, texts: readonly string[] = ["all is well"]): JsonObject {
  const [resources, scopes, items] = NAMES[signal];
  return { [resources]: [{ resource: RESOURCE, [scopes]: [{ [items]: texts.map(ITEMS[signal]) }] }] };
}

export function requestProto(signal: Signal, texts?: readonly string[]): Buffer {
  return encodeRequest(signal, requestTree(signal, texts));
}

export function requestJson(signal: Signal, texts?: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(requestTree(signal, texts)));
}

/** A log body inside so many arrays, as bytes, since encoders refuse to. */
export function nestedProto(depth: number): Buffer {
  let value = lengthDelimited(1, Buffer.from("deep"));
  for (let level = 0; level < depth; level++) value = lengthDelimited(5, lengthDelimited(1, value));
  return [5, 2, 2, 1].reduce((inner, field) => lengthDelimited(field, inner), value);
}

export function nestedJson(depth: number): Buffer {
  const value = `${'{"arrayValue":{"values":['.repeat(depth)}{"stringValue":"deep"}${"]}}".repeat(depth)}`;
  return Buffer.from(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${value}}]}]}]}`);
}

function lengthDelimited(field: number, payload: Buffer): Buffer {
  const length: number[] = [];
  let rest = payload.length;
  for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.of((field << 3) | 2, ...length, rest), payload]);
}
