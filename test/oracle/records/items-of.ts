import { type JsonObject, type JsonValue, protoToJson, type Signal } from "@scrim/wire";
import { NUMBER_KEY, PLAIN_KEY } from "./issued-record.ts";
import { spelledOut } from "./profile-dictionary.ts";

/** One log record, span, data point or profile of a request, with all that stands around it. */
export interface Item {
  /** Undefined where the record has none, so is not one of ours. */
  readonly number: number | undefined;
  readonly plain: string | undefined;
  /** The item, its metric, scope and resource, as one text: equal where all of it is equal. */
  readonly text: string;
}

const LISTS: Readonly<Record<Signal, readonly [string, string, string]>> = {
  logs: ["resourceLogs", "scopeLogs", "logRecords"],
  traces: ["resourceSpans", "scopeSpans", "spans"],
  metrics: ["resourceMetrics", "scopeMetrics", "metrics"],
  profiles: ["resourceProfiles", "scopeProfiles", "profiles"],
};

/** The signals that the oracle issues. */
export type IssuedSignal = Signal;

const POINT_KINDS = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"];

/** Takes a request in protobuf apart. */
export function itemsOf(signal: IssuedSignal, request: Buffer): Item[] {
  const [resources, scopes, items] = LISTS[signal];
  const found: Item[] = [];
  const document = documentOf(signal, request);
  for (const resource of listOf(document, resources))
    for (const scope of listOf(resource, scopes))
      for (const item of listOf(scope, items)) {
        const around = { resource: without(resource, scopes), scope: without(scope, items) };
        if (signal !== "metrics") found.push(itemOf(item, { ...around, item }));
        else
          for (const [point, metric] of pointsOf(item))
            found.push(itemOf(point, { ...around, metric, point }));
      }
  return found;
}

function documentOf(signal: IssuedSignal, request: Buffer): JsonObject {
  const document = JSON.parse(protoToJson(signal, request)) as JsonObject;
  return signal === "profiles" ? spelledOut(document) : document;
}

function itemOf(carrier: JsonObject, whole: object): Item {
  const attributes = listOf(carrier, "attributes");
  const textOf = (key: string) => {
    const value = attributes.find((one) => one.key === key)?.value as JsonObject | undefined;
    return value === undefined ? undefined : Object.values(value)[0];
  };
  const number = Number(textOf(NUMBER_KEY));
  return {
    number: Number.isSafeInteger(number) ? number : undefined,
    plain: textOf(PLAIN_KEY) as string | undefined,
    text: JSON.stringify(whole, inOrder),
  };
}

/** Fields of a message may come in any order. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function* pointsOf(metric: JsonObject): Generator<readonly [point: JsonObject, metric: JsonObject]> {
  for (const kind of POINT_KINDS) {
    const data = metric[kind] as JsonObject | undefined;
    if (data === undefined) continue;
    const rest = { ...metric, [kind]: without(data, "dataPoints") };
    for (const point of listOf(data, "dataPoints")) yield [point, rest];
  }
}

function listOf(object: JsonObject, key: string): JsonObject[] {
  return (object[key] ?? []) as unknown as JsonObject[];
}

function without(object: JsonObject, key: string): Record<string, JsonValue> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key)) as Record<
    string,
    JsonValue
  >;
}
