import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryMessage } from "../test/arbitrary-message.ts";
import { codeOf, errorOf } from "../test/error-of.ts";
import { EXAMPLE_REQUESTS } from "../test/example-requests.ts";
import {
  body,
  bodyJson,
  encode,
  logRecordJson,
  metricJson,
  record,
  spanJson,
} from "../test/json-requests.ts";
import { secondDecoder } from "../test/second-decoder.ts";
import { encodeParts } from "../test/wire-model.ts";
import { decodeRequest, encodeRequest, jsonToProto, protoToJson, REQUEST_TYPES, SIGNALS } from "./index.ts";

describe("hex ids", () => {
  const ID = "5B8EFFF798038103D269B633813FC60C";

  test.each([
    [
      "a span",
      "traces",
      spanJson(`"traceId":"${ID}","spanId":"00F067aa0BA902B7","parentSpanId":"00F067AA0BA902b8"`),
    ],
    ["a link", "traces", spanJson(`"links":[{"traceId":"${ID}","spanId":"00F067aa0BA902B7"}]`)],
    ["a log record", "logs", logRecordJson(`"traceId":"${ID}","spanId":"00F067aa0BA902B7"`)],
    ["an exemplar", "metrics", metricJson(`"gauge":{"dataPoints":[{"exemplars":[{"traceId":"${ID}"}]}]}`)],
    ["a profile's link", "profiles", `{"dictionary":{"linkTable":[{"traceId":"${ID}"}]}}`],
  ] as const)("85: %s has ids in hex, in either case; they leave in lower case", (_name, signal, json) => {
    expect(protoToJson(signal, encode(json, signal))).toBe(
      json.replace(/"[\dA-Fa-f]{16,32}"/g, (id) => id.toLowerCase()),
    );
  });

  test.each([
    ["too short", '"traceId":"5b8e"'],
    ["as long as base64 would be", '"traceId":"W47/95gDgQPSabYzgT/GDA=="'],
    ["with a character that is no digit", '"traceId":"5b8efff798038103d269b633813fc60g"'],
    ["a span's where a trace's belongs", '"traceId":"00f067aa0ba902b7"'],
    ["a trace's where a span's belongs", `"spanId":"${ID}"`],
    ["of an odd length", '"spanId":"00f067aa0ba902b"'],
    ["a number", '"spanId":1234567890123456'],
  ])("86: an id %s is refused", (_name, members) => {
    expect(codeOf(() => encode(logRecordJson(members)))).toBe("JSON_MAPPING");
  });

  test("86: an empty id is the same as none", () => {
    expect(record('"traceId":"","spanId":""')).toEqual({});
  });
});

describe("enums", () => {
  test("87: enums are numbers, known or not, and leave as numbers", () => {
    const json = spanJson('"kind":2,"status":{"code":2}');
    expect(protoToJson("traces", encode(json, "traces"))).toBe(json);
    expect(record('"severityNumber":1.7e1')).toEqual({ severityNumber: 17 });
    expect(record('"severityNumber":-99')).toEqual({ severityNumber: -99 });
  });

  test.each([
    ["a name", '"SEVERITY_NUMBER_INFO"'],
    ["a number in quotes", '"9"'],
    ["past 32 bits", "2147483648"],
    ["a fraction", "9.5"],
  ])("88: an enum that is %s is refused", (_name, value) => {
    expect(codeOf(() => encode(logRecordJson(`"severityNumber":${value}`)))).toBe("JSON_MAPPING");
  });
});

describe("unknown keys", () => {
  const UNKNOWN = '"mystery":{"a":[1,-2.5e3,true,false,null,"\\u00e9\\"",{},[]]}';

  test("89: unknown keys are ignored at every level", () => {
    const json = JSON.stringify(EXAMPLE_REQUESTS[2]![2]);
    const injected = json.replaceAll(
      /\{(["}])/g,
      (_, next) => `{${UNKNOWN}${next === "}" ? "" : ","}${next}`,
    );
    expect(encode(injected)).toEqual(encode(json));
  });

  test("89: an unknown key may occur twice", () => {
    expect(record('"x":1,"x":2,"eventName":"e"')).toEqual({ eventName: "e" });
  });

  test.each([
    ["snake_case", '"trace_id":"5b8efff798038103d269b633813fc60c"'],
    ["a name in other letters", '"TraceId":"5b8efff798038103d269b633813fc60c"'],
    ["a name with something behind it", '"traceId2":"5b8efff798038103d269b633813fc60c"'],
    ["nothing at all", '"":1'],
    ["a name of JavaScript's", '"__proto__":{"eventName":"e"},"constructor":1,"toString":2'],
  ])("90: a key that is %s is unknown", (_name, members) => {
    expect(record(members)).toEqual({});
  });

  test("90: a key may be written with escapes", () => {
    expect(record('"\\u0065vent\\u004eame":"e"')).toEqual({ eventName: "e" });
  });

  test.each([
    ["an object without an end", '"x":{'],
    ["a string without an end", '"x":"'],
    ["a comma too many", '"x":[1,]'],
    ["a word", '"x":nothing'],
    ["a number that is none", '"x":01'],
  ])("89: what stands under an unknown key must be JSON: %s", (_name, members) => {
    expect(codeOf(() => encode(logRecordJson(members)))).toBe("JSON_MALFORMED");
  });
});

describe("null", () => {
  test.each([
    ["a string", '"eventName":null'],
    ["a number", '"severityNumber":null'],
    ["an id", '"traceId":null'],
    ["a message", '"body":null'],
    ["a list", '"attributes":null'],
  ])("95: null for %s is the same as no key", (_name, members) => {
    expect(record(members)).toEqual({});
  });

  test("95: null for a member of a oneof leaves the others", () => {
    expect(body('{"intValue":null,"stringValue":"x","boolValue":null}')).toEqual({ stringValue: "x" });
  });

  test.each([
    ["messages", logRecordJson('"attributes":[null]'), "logs"],
    ["strings", '{"dictionary":{"stringTable":["",null]}}', "profiles"],
    ["packed numbers", '{"dictionary":{"stackTable":[{"locationIndices":[1,null]}]}}', "profiles"],
    ["values", bodyJson('{"arrayValue":{"values":[null]}}'), "logs"],
  ] as const)("95: null in a list of %s is refused", (_name, json, signal) => {
    expect(codeOf(() => encode(json, signal))).toBe("JSON_MAPPING");
  });
});

describe("what parsers differ on", () => {
  test.each([
    ["two values", bodyJson('{"stringValue":"x","intValue":"1"}'), "logs"],
    ["two defaults", bodyJson('{"stringValue":"","boolValue":false}'), "logs"],
    ["a text and an index", bodyJson('{"stringValue":"x","stringValueStrindex":1}'), "logs"],
    ["two kinds of metric", metricJson('"gauge":{},"sum":{}'), "metrics"],
    [
      "two numbers of a data point",
      metricJson('"gauge":{"dataPoints":[{"asInt":1,"asDouble":1}]}'),
      "metrics",
    ],
  ] as const)("96: two members of a oneof are refused: %s", (_name, json, signal) => {
    expect(codeOf(() => encode(json, signal))).toBe("JSON_MAPPING");
  });

  test.each([
    ["a string", bodyJson('{"stringValue":"safe","stringValue":"secret"}')],
    ["a string and null", bodyJson('{"stringValue":"safe","stringValue":null}')],
    ["one of them with an escape", bodyJson('{"stringValue":"safe","string\\u0056alue":"secret"}')],
    ["a key", logRecordJson('"attributes":[{"key":"a","key":"b"}]')],
    ["a message", logRecordJson('"body":{"stringValue":"safe"},"body":{"stringValue":"secret"}')],
    ["a list", logRecordJson('"attributes":[{"key":"a"}],"attributes":[{"key":"b"}]')],
    ["the request's own list", '{"resourceLogs":[],"resourceLogs":[]}'],
  ])("97: a known key that occurs twice is refused: %s", (_name, json) => {
    expect(codeOf(() => encode(json))).toBe("JSON_MAPPING");
  });

  test("97: attributes of the same name are all there", () => {
    const attributes = '"attributes":[{"key":"a"},{"key":"a","value":{"boolValue":true}},{"key":"a"}]';
    expect(record(attributes)).toEqual({
      attributes: [{ key: "a" }, { key: "a", value: { boolValue: true } }, { key: "a" }],
    });
  });

  test("98: names of JavaScript's own are ordinary attribute keys", () => {
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"];
    const attributes = names.map((key) => ({ key, value: { stringValue: key } }));
    const json = logRecordJson(
      `"attributes":${JSON.stringify([...attributes, { value: { intValue: "1" } }])}`,
    );
    expect(protoToJson("logs", encode(json))).toBe(json);
    expect(record('"attributes":[{"key":""}]')).toEqual({ attributes: [{}] }); // an empty key is the default
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe("whole requests", () => {
  test.each(EXAMPLE_REQUESTS)("101: %s makes the round trip", (_name, signal, request) => {
    const proto = encodeRequest(signal, request);
    expect(decodeRequest(signal, proto)).toEqual(request);
    expect(secondDecoder(REQUEST_TYPES[signal])(proto)).toEqual(request);
    expect(JSON.parse(protoToJson(signal, proto))).toEqual(request);
    const spaced = JSON.stringify(request, null, "\t").replaceAll("\n", "\r\n");
    expect(encode(spaced, signal)).toEqual(proto);
  });

  test.each(SIGNALS)("102: random %s are the same in JSON and protobuf, also to protobufjs", (signal) => {
    const second = secondDecoder(REQUEST_TYPES[signal]);
    fc.assert(
      fc.property(arbitraryMessage(REQUEST_TYPES[signal], { unknown: true }), (parts) => {
        const bytes = encodeParts(parts);
        const json = protoToJson(signal, bytes);
        const again = encode(json, signal);
        expect(second(again)).toEqual(second(bytes));
        expect(protoToJson(signal, again)).toBe(json);
        expect(encodeRequest(signal, decodeRequest(signal, bytes))).toEqual(again);
      }),
      { numRuns: 300 },
    );
  });

  test.each(SIGNALS)("36: an empty %s request is empty", (signal) => {
    expect(encode("{}", signal)).toHaveLength(0);
    expect(encode(" \t\r\n{ } ", signal)).toHaveLength(0);
    expect(protoToJson(signal, Buffer.alloc(0))).toBe("{}");
  });

  test("36: empty envelopes are kept", () => {
    const json = '{"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{},"logRecords":[{}]},{}]},{}]}';
    expect(protoToJson("logs", encode(json))).toBe(json);
    expect(protoToJson("logs", encode('{"resourceLogs":[]}'))).toBe("{}");
  });

  test("110: string indices are written; who may not have them drops them later", () => {
    expect(body('{"stringValueStrindex":0}')).toEqual({ stringValueStrindex: 0 });
    expect(record('"attributes":[{"keyStrindex":7}]')).toEqual({ attributes: [{ keyStrindex: 7 }] });
  });

  test("fields that hold their default are left out, members of a oneof and optional ones are not", () => {
    const defaults =
      '"eventName":"","severityNumber":0,"flags":0,"timeUnixNano":"0","traceId":"","attributes":[]';
    expect(encode(logRecordJson(defaults))).toEqual(encode(logRecordJson("")));
    const point = '{"histogram":{"dataPoints":[{"sum":0,"min":0,"bucketCounts":[],"explicitBounds":[0]}]}}';
    const expected = { sum: 0, min: 0, explicitBounds: [0] };
    const request = decodeRequest("metrics", encode(metricJson(point.slice(1, -1)), "metrics"));
    expect(JSON.stringify(request)).toContain(JSON.stringify(expected));
  });
});

describe("errors", () => {
  test("a mapping error names fields and indices, never a key or value of the sender's", () => {
    const secret = "s3cr3t";
    const json = logRecordJson(
      `"${secret}":"${secret}","attributes":[{"key":"${secret}"},{"key":"k","value":{"intValue":"${secret}"}}]`,
    );
    const error = errorOf(() => encode(json));
    expect(error?.path).toBe("resourceLogs[0].scopeLogs[0].logRecords[0].attributes[1].value.intValue");
    expect(error?.line).not.toContain(secret);
  });

  test("an error in the second of two lists counts from there", () => {
    const error = errorOf(() =>
      encode('{"resourceLogs":[{"scopeLogs":[{},{}]},{"scopeLogs":[{"scope":[]}]}]}'),
    );
    expect(error?.line).toBe(
      "resourceLogs[1].scopeLogs[0].scope: expected an object, found an array [JSON_MAPPING]",
    );
  });

  test("what is not JSON is given by its offset", () => {
    expect(errorOf(() => encode('{"x": tru }'))?.line).toBe(
      "byte 6: not JSON: expected a value [JSON_MALFORMED]",
    );
  });
});

test("bytes are read where they lie in a larger buffer, and the result is not a part of it", () => {
  const json = bodyJson('{"stringValue":"x"}');
  const around = new TextEncoder().encode(`xx${json}xx`);
  const proto = jsonToProto("logs", around.subarray(2, -2));
  around.fill(0);
  expect(proto).toEqual(encode(json));
});
