import type { ErrorCode } from "@scrim/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeOf } from "../test/error-of.ts";
import { EXAMPLE_REQUESTS } from "../test/example-requests.ts";
import { body, bodyJson, encode, logRecordJson, nestedListsJson } from "../test/json-requests.ts";
import { decodeRequest, jsonToProto } from "./index.ts";

type Refused = readonly (readonly [name: string, json: string, code: ErrorCode])[];

describe("text", () => {
  const TEXTS: readonly (readonly [name: string, json: string, text: string])[] = [
    ["all escapes", String.raw`\"\\\/\b\f\n\r\t`, '"\\/\b\f\n\r\t'],
    ["a NUL", String.raw`a\u0000b`, "a\0b"],
    ["two bytes", String.raw`\u00e9\u07FF`, "é\u07ff"],
    ["three bytes", String.raw`\u20ac\uFFFF`, "€\uffff"],
    ["a surrogate pair", String.raw`\ud83d\uDE00`, "😀"],
    ["a lone high surrogate", String.raw`\ud800`, "\ufffd"],
    ["a lone high surrogate before a letter", String.raw`\ud800x`, "\ufffdx"],
    ["a lone high surrogate before an escape", String.raw`\ud800\n`, "\ufffd\n"],
    ["two high surrogates and a low one", String.raw`\ud800\ud83d\ude00`, "\ufffd😀"],
    ["a lone low surrogate", String.raw`\udc00\u0041`, "\ufffdA"],
    ["UTF-8 as it is", "é€😀\u2028", "é€😀\u2028"],
    ["a DEL, which needs no escape", "\x7f", "\x7f"],
  ];

  test.each(TEXTS)("99: a text with %s", (_name, text, expected) => {
    expect(body(`{"stringValue":"${text}"}`)).toEqual({ stringValue: expected });
  });

  const TEXTS_REFUSED: Refused = [
    ["a control character", bodyJson('{"stringValue":"a\u0001"}'), "JSON_MALFORMED"],
    ["a control character behind an escape", bodyJson('{"stringValue":"\\n\n"}'), "JSON_MALFORMED"],
    ["an unknown escape", bodyJson('{"stringValue":"\\x41"}'), "JSON_MALFORMED"],
    ["an escape of three digits", bodyJson('{"stringValue":"\\u12"}'), "JSON_MALFORMED"],
    ["an escape of no digits", bodyJson('{"stringValue":"\\u 123"}'), "JSON_MALFORMED"],
    ["an escape without its second digits", bodyJson('{"stringValue":"\\u00g0"}'), "JSON_MALFORMED"],
    ["an escape cut short by the end", '{"a\\u12', "JSON_MALFORMED"],
    ["an escape that ends early", '{"a\\', "JSON_MALFORMED"],
    ["a string that ends early", '{"a\\n', "JSON_MALFORMED"],
    ["a byte order mark", "\ufeff{}", "JSON_MALFORMED"],
    ["single quotes", "{'a':1}", "JSON_MALFORMED"],
  ];

  test.each(TEXTS_REFUSED)("99: %s is refused", (_name, json, code) => {
    expect(codeOf(() => encode(json))).toBe(code);
  });

  test.each([
    ["in a value", [0xff]],
    ["a surrogate written as UTF-8", [0xed, 0xa0, 0x80]],
    ["a character longer than it need be", [0xc0, 0xaf]],
    ["cut short", [0xe2, 0x82]],
  ])("99: bytes that are not UTF-8 are refused: %s", (_name, bytes) => {
    const [before, after] = bodyJson('{"stringValue":"|"}').split("|");
    const json = Buffer.concat([Buffer.from(before!), Buffer.from(bytes), Buffer.from(after!)]);
    expect(codeOf(() => jsonToProto("logs", json))).toBe("JSON_MALFORMED");
  });

  test("99: UTF-16 is refused", () => {
    expect(codeOf(() => jsonToProto("logs", Buffer.from("{}", "utf16le")))).toBe("JSON_MALFORMED");
  });
});

describe("depth", () => {
  test("32: values nest as deep as protobuf's own decoders go, and no deeper", () => {
    expect(codeOf(() => encode(nestedListsJson(47)))).toBeUndefined();
    expect(codeOf(() => decodeRequest("logs", encode(nestedListsJson(47))))).toBeUndefined();
    expect(codeOf(() => encode(nestedListsJson(48)))).toBe("TOO_DEEP");
  });

  test.each([
    ["lists instead of the request", "[".repeat(1e6)],
    ["lists instead of a message", `{"resourceLogs":${"[".repeat(1e6)}`],
    ["objects under an unknown key", '{"x":'.repeat(1e6)],
    ["lists under an unknown key", `{"x":${"[".repeat(1e6)}`],
    ["values", nestedListsJson(100_000)],
  ])("100: a million levels of %s are refused", (_name, json) => {
    expect(codeOf(() => encode(json))).toBe("TOO_DEEP");
  });
});

describe("grammar", () => {
  const MALFORMED: Refused = [
    ["nothing", "", "JSON_MALFORMED"],
    ["white space", " \n", "JSON_MALFORMED"],
    ["two requests", "{}{}", "JSON_MALFORMED"],
    ["something behind the request", "{} x", "JSON_MALFORMED"],
    ["no colon", '{"a" 1}', "JSON_MALFORMED"],
    ["no comma", '{"a":1 "b":2}', "JSON_MALFORMED"],
    ["a comma too many", '{"a":1,}', "JSON_MALFORMED"],
    ["a comma too many in a list", '{"resourceLogs":[{},]}', "JSON_MALFORMED"],
    ["a key without quotes", "{a:1}", "JSON_MALFORMED"],
    ["a comment", "{/**/}", "JSON_MALFORMED"],
    ["a vertical tab", "\v{}", "JSON_MALFORMED"],
    ["the wrong bracket", '{"a":[1}', "JSON_MALFORMED"],
    ["NaN without quotes", bodyJson('{"doubleValue":NaN}'), "JSON_MALFORMED"],
    ["a number with a plus", bodyJson('{"intValue":+1}'), "JSON_MALFORMED"],
    ["a number that begins with a point", bodyJson('{"doubleValue":.5}'), "JSON_MALFORMED"],
    ["a number that ends with a point", bodyJson('{"doubleValue":5.}'), "JSON_MALFORMED"],
    ["a number without an exponent", bodyJson('{"doubleValue":5e}'), "JSON_MALFORMED"],
    ["a list", "[]", "JSON_MAPPING"],
    ["a text", '"{}"', "JSON_MAPPING"],
    ["null", "null", "JSON_MAPPING"],
    ["an object for a list", '{"resourceLogs":{}}', "JSON_MAPPING"],
    ["a list for an object", '{"resourceLogs":[[]]}', "JSON_MAPPING"],
    ["a number for a text", logRecordJson('"eventName":1'), "JSON_MAPPING"],
    ["a text for a boolean", bodyJson('{"boolValue":"true"}'), "JSON_MAPPING"],
    ["a number for a boolean", bodyJson('{"boolValue":1}'), "JSON_MAPPING"],
  ];

  test.each(MALFORMED)("%s is refused", (_name, json, code) => {
    expect(codeOf(() => encode(json))).toBe(code);
  });
});

describe("any text", () => {
  const texts = fc.constantFrom(...EXAMPLE_REQUESTS).chain(([, signal, request]) => {
    const bytes = [...Buffer.from(JSON.stringify(request))];
    const change = fc.record({
      at: fc.nat(bytes.length),
      remove: fc.nat(3),
      insert: fc.constantFrom(...'{}[]",:\\u0-.eEnx 9'),
    });
    return fc.array(change, { maxLength: 3 }).map((changes) => {
      const changed = [...bytes];
      for (const { at, remove, insert } of changes) changed.splice(at, remove, insert.charCodeAt(0));
      return { signal, json: Buffer.from(changed) };
    });
  });

  test("what is read is JSON, and what is called malformed is not", () => {
    fc.assert(
      fc.property(texts, ({ signal, json }) => {
        const code = codeOf(() => jsonToProto(signal, json));
        if (code === "JSON_MAPPING" || code === "TOO_DEEP") return;
        expect(isJson(json)).toBe(code === undefined);
      }),
      { numRuns: 3000 },
    );
  });

  test("any JSON under an unknown key is left out", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 20 }), fc.constantFrom(undefined, 1, "\t"), (json, space) => {
        const text = JSON.stringify({ unknown: JSON.parse(json) }, null, space);
        expect(encode(text)).toHaveLength(0);
      }),
    );
  });

  test("any text is the same as a value", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.boolean(), (text, escaped) => {
        const plain = JSON.stringify(text);
        const json = escaped ? plain.replace(/[^ -~]/g, toEscape) : plain;
        expect(body(`{"stringValue":${json}}`)).toEqual({ stringValue: text });
      }),
    );
  });
});

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function toEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
