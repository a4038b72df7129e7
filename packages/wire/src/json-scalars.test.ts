import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeOf } from "../test/error-of.ts";
import { body, bodyJson, encode, logRecordJson, metricJson, record } from "../test/json-requests.ts";
import { decodeRequest, encodeRequest, protoToJson } from "./index.ts";

type Read<Expected> = readonly (readonly [name: string, json: string, expected: Expected])[];

describe("integers", () => {
  const INTEGERS: Read<string> = [
    ["2^53 + 1 as a number", "9007199254740993", "9007199254740993"],
    ["2^53 + 1 as a string", '"9007199254740993"', "9007199254740993"],
    ["2^63 - 1", "9223372036854775807", "9223372036854775807"],
    ["-2^63", '"-9223372036854775808"', "-9223372036854775808"],
    ["zero", "0", "0"],
    ["minus zero", "-0", "0"],
    ["minus one", "-1", "-1"],
    ["fifteen digits", "-999999999999999", "-999999999999999"],
    ["sixteen digits", "-9999999999999999", "-9999999999999999"],
    ["a power of two", "4294967296", "4294967296"],
    ["an empty fraction's worth", "1.0", "1"],
    ["an exponent", "1e3", "1000"],
    ["an exponent in a string", '"1E+3"', "1000"],
    ["a fraction that the exponent takes away", "1.25e2", "125"],
    ["zeros that the exponent takes away", "1200e-2", "12"],
    ["nothing, to any power", "0.000e-999999999999", "0"],
    ["2^63 - 1 with an exponent", "9.223372036854775807e18", "9223372036854775807"],
    ["a million zeros behind the point", `7.${"0".repeat(1e6)}`, "7"],
    ["digits as escapes", '"\\u0031\\u0032"', "12"],
  ];

  test.each(INTEGERS)("91, 92: %s is read exactly", (_name, value, expected) => {
    expect(body(`{"intValue":${value}}`)).toEqual({ intValue: expected });
  });

  test("91: unsigned integers go up to 2^64 - 1", () => {
    expect(record('"timeUnixNano":18446744073709551615')).toEqual({ timeUnixNano: "18446744073709551615" });
    const buckets = '"positive":{"bucketCounts":["18446744073709551615",0,1]}';
    const json = metricJson(`"exponentialHistogram":{"dataPoints":[{${buckets}}]}`);
    const expected = json.replace(",0,1]", ',"0","1"]');
    expect(protoToJson("metrics", encode(json, "metrics"))).toBe(expected);
  });

  test("91: signed fixed integers and zigzag ones keep their sign", () => {
    const json = metricJson('"sum":{"dataPoints":[{"asInt":"-9223372036854775808"},{"asInt":"0"}]}');
    expect(protoToJson("metrics", encode(json, "metrics"))).toBe(json);
    const scales = metricJson(
      '"exponentialHistogram":{"dataPoints":[{"scale":-2147483648},{"scale":2147483647}]}',
    );
    expect(protoToJson("metrics", encode(scales, "metrics"))).toBe(scales);
  });

  const NOT_INTEGERS = [
    ["a fraction", "1.5"],
    ["a fraction of an exponent", "1e-1"],
    ["2^63", "9223372036854775808"],
    ["-2^63 - 1", "-9223372036854775809"],
    ["a huge exponent", "1e999999999999"],
    ["a million digits", "1".repeat(1e6)],
    ["a million digits behind the point", `1.${"0".repeat(1e6)}1`],
    ["an empty string", '""'],
    ["a space", '" 1"'],
    ["a plus", '"+1"'],
    ["a leading zero in a string", '"01"'],
    ["hexadecimal", '"0x10"'],
    ["infinity", '"Infinity"'],
    ["true", "true"],
    ["an object", "{}"],
  ] as const;

  test.each(NOT_INTEGERS)("92: %s is no int64", (_name, value) => {
    expect(codeOf(() => encode(bodyJson(`{"intValue":${value}}`)))).toBe("JSON_MAPPING");
  });

  test.each([
    ["2^64 as a fixed64", logRecordJson('"timeUnixNano":"18446744073709551616"')],
    ["minus one as a fixed64", logRecordJson('"timeUnixNano":-1')],
    ["minus one as a uint32", logRecordJson('"droppedAttributesCount":-1')],
    ["2^32 as a uint32", logRecordJson('"droppedAttributesCount":4294967296')],
    ["2^32 as a fixed32", logRecordJson('"flags":"4294967296"')],
  ])("92: %s is out of range", (_name, json) => {
    expect(codeOf(() => encode(json))).toBe("JSON_MAPPING");
  });

  test("92: 32-bit integers go to the ends of their ranges, as numbers or strings", () => {
    expect(record('"flags":"4294967295","droppedAttributesCount":4294967295')).toEqual({
      flags: 4294967295,
      droppedAttributesCount: 4294967295,
    });
  });
});

describe("doubles", () => {
  const DOUBLES: Read<number | string> = [
    ["NaN", '"NaN"', "NaN"],
    ["infinity", '"Infinity"', "Infinity"],
    ["minus infinity", '"-Infinity"', "-Infinity"],
    ["minus zero", "-0.0", "-0"],
    ["minus zero in a string", '"-0"', "-0"],
    ["zero", "0", 0],
    ["an integer", "12", 12],
    ["a tenth", "0.1", 0.1],
    ["a number in a string", '"-1.5e-3"', -0.0015],
    ["the smallest", "5e-324", 5e-324],
    ["less than the smallest", "1e-999", 0],
    ["the largest", "1.7976931348623157e308", Number.MAX_VALUE],
    ["fifteen digits", "-0.12345678901234", -0.12345678901234],
    ["more digits than a double holds", "0.123456789012345678", Number("0.123456789012345678")],
  ];

  test.each(DOUBLES)("93: %s", (_name, value, expected) => {
    expect(body(`{"doubleValue":${value}}`)).toEqual({ doubleValue: expected });
    const proto = encode(bodyJson(`{"doubleValue":${value}}`));
    expect(encodeRequest("logs", decodeRequest("logs", proto))).toEqual(proto);
  });

  test("93: any double is read as JavaScript reads it", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.float({ noNaN: true, noDefaultInfinity: true }),
        ),
        (value) => {
          for (const text of [String(value), value.toExponential(), value.toFixed(7)])
            expect(body(`{"doubleValue":${text}}`)).toEqual({
              doubleValue: Object.is(Number(text), -0) ? "-0" : Number(text),
            });
        },
      ),
    );
  });

  test.each([
    ["too large", "1e309"],
    ["too large in a string", '"-1e309"'],
    ["a word", '"nan"'],
    ["an empty string", '""'],
    ["infinity with a plus", '"+Infinity"'],
    ["hexadecimal", '"0x10"'],
    ["a boolean", "false"],
  ])("93: %s is no double", (_name, value) => {
    expect(codeOf(() => encode(bodyJson(`{"doubleValue":${value}}`)))).toBe("JSON_MAPPING");
  });
});

describe("bytes", () => {
  test.each([
    ["padded", "3q2+7w==", "3q2+7w=="],
    ["without padding", "3q2+7w", "3q2+7w=="],
    ["safe for URLs", "3q2-7_8=", "3q2+7/8="],
    ["with an escaped slash", "3q2+7\\/8=", "3q2+7/8="],
    ["empty", "", ""],
  ])("94: base64 is read %s", (_name, text, expected) => {
    expect(body(`{"bytesValue":"${text}"}`)).toEqual({ bytesValue: expected });
  });

  test("94: base64 of any bytes is read, in all its forms", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const base64 = Buffer.from(bytes).toString("base64");
        const urlSafe = Buffer.from(bytes).toString("base64url");
        for (const text of [base64, urlSafe, base64.replaceAll("=", "")])
          expect(body(`{"bytesValue":"${text}"}`)).toEqual({ bytesValue: base64 });
      }),
    );
  });

  test.each([
    ["a length that can't be", "A"],
    ["padding of a wrong length", "3q2+7w="],
    ["padding where none belongs", "3q2+="],
    ["too much padding", "AA==="],
    ["padding in the middle", "3q==2+7w"],
    ["a space", "3q2+ 7w"],
    ["a letter of no alphabet", "3q2+7é"],
    ["only padding", "="],
  ])("94: %s is no base64", (_name, text) => {
    expect(codeOf(() => encode(bodyJson(`{"bytesValue":"${text}"}`)))).toBe("JSON_MAPPING");
  });

  test("94: a profile's original payload is base64", () => {
    const json = '{"resourceProfiles":[{"scopeProfiles":[{"profiles":[{"originalPayload":"AAEC"}]}]}]}';
    expect(protoToJson("profiles", encode(json, "profiles"))).toBe(json);
  });
});

test("encodeRequest takes doubles that JSON has no form for as numbers", () => {
  for (const [value, json] of [
    [Number.NaN, '"NaN"'],
    [-Infinity, '"-Infinity"'],
    [-0, "-0"],
  ] as const) {
    const request = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { doubleValue: value } }] }] }] };
    expect(encodeRequest("logs", request)).toEqual(encode(bodyJson(`{"doubleValue":${json}}`)));
  }
});
