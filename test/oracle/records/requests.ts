import type { AttributeValue } from "@opentelemetry/api";
import { encodeRequest, type JsonObject, type JsonValue } from "@scrim/wire";
import type { IssuedRecord } from "./issued-record.ts";
import { Dictionary } from "./profile-dictionary.ts";

/** Each record under a resource of its own, now and then: batches are more than one list. */
export function logsRequest(lane: string, records: readonly IssuedRecord[]): Buffer {
  const resourceLogs = halvesOf(records).map((part, index) => ({
    resource: resourceOf(lane, index),
    scopeLogs: [
      {
        scope: { name: "oracle" },
        logRecords: part.map(({ sentence, attributes }) => ({
          timeUnixNano: "1767225600000000000",
          severityNumber: 9,
          body: { stringValue: sentence },
          attributes: attributesOf(attributes as Record<string, AttributeValue>),
        })),
      },
    ],
  }));
  return encodeRequest("logs", { resourceLogs } as unknown as JsonObject);
}

/** Profiles whose attributes, stacks and names lie in the dictionary that all of a request share. */
export function profilesRequest(lane: string, records: readonly IssuedRecord[]): Buffer {
  const dictionary = new Dictionary();
  const resourceProfiles = halvesOf(records).map((part, index) => ({
    resource: resourceOf(lane, index),
    scopeProfiles: [
      {
        scope: { name: "oracle" },
        profiles: part.map(({ number, sentence, attributes }) => ({
          sampleType: { typeStrindex: dictionary.string("cpu"), unitStrindex: dictionary.string("ns") },
          samples: [{ stackIndex: dictionary.stack(sentence), values: [String(number)] }],
          timeUnixNano: "1767225600000000000",
          profileId: number.toString(16).padStart(32, "0"),
          attributeIndices: Object.entries(attributes).map(([key, value]) =>
            dictionary.attribute(key, anyValue(value)),
          ),
        })),
      },
    ],
  }));
  return encodeRequest("profiles", {
    resourceProfiles,
    dictionary: dictionary.tables,
  } as unknown as JsonObject);
}

function halvesOf(records: readonly IssuedRecord[]): (readonly IssuedRecord[])[] {
  const half = Math.ceil(records.length / 2);
  return [records.slice(0, half), records.slice(half)].filter((part) => part.length > 0);
}

function resourceOf(lane: string, index: number): JsonObject {
  return {
    attributes: attributesOf({ "service.name": "raw", "service.instance.id": `${lane}-${index}` }),
  };
}

function attributesOf(attributes: Readonly<Record<string, AttributeValue>>): JsonValue {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) })) as JsonValue;
}

function anyValue(value: unknown): JsonValue {
  if (typeof value === "number") return { intValue: String(value) };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { stringValue: String(value) };
}
