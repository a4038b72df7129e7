import type { JsonValue } from "@scrim/wire";
import { describe, expect, test } from "vitest";
import { EXPONENT_MAX, exponentOf } from "../../../test/measure/linear-time.ts";
import {
  attribute,
  body,
  field,
  keyValue,
  logs,
  logsOf,
  record,
  recordsOf,
  TIME,
  TRACE_ID,
  value,
  varint,
} from "../test/otlp.ts";
import { planOf } from "../test/plans.ts";
import { counted } from "../test/texts.ts";
import { createRedactor, type Redaction } from "./index.ts";

/** Redacts a request, and holds the result to being what the next redactor leaves alone. */
function redactor(yaml = "") {
  const { redact } = createRedactor(planOf(yaml));
  return (request: Buffer, signal: "logs" | "profiles" = "logs"): Redaction => {
    const redaction = redact(signal, request);
    expect(redact(signal, redaction.bytes).bytes.equals(redaction.bytes), "redacted twice").toBe(true);
    return redaction;
  };
}

const attributesOf = (request: Buffer) => recordsOf(request)[0]!.attributes as JsonValue[] | undefined;
const bodyOf = (request: Buffer) => recordsOf(request)[0]!.body;
const text = (stringValue: string) => ({ stringValue });
const keyed = (key: string, inside: JsonValue) => ({ key, value: inside });

const MAIL = "jane@leak.example";
const CARD = 4111111111111111;

test("113: of attributes with the same key every copy is redacted, whatever kind it has", () => {
  const { bytes } = redactor()(
    logs(
      record(
        attribute("note", value.string("fine")),
        attribute("password", value.string("first")),
        attribute("note", value.string(MAIL)),
        attribute("password", value.int(7_777n)),
        attribute("password", value.map(["note", value.string("third")])),
        attribute("note", value.array(value.string(MAIL))),
      ),
    ),
  );
  const attributes = JSON.stringify(attributesOf(bytes));
  expect(attributes).not.toMatch(/first|third|7777|jane/);
  expect(attributes).toContain("fine");
  expect(attributes.match(/REDACTED:email/g)).toHaveLength(2);
  expect(attributes.match(/REDACTED:credential/g)).toHaveLength(1); // what is no text is removed
});

test("110: an index into a string table is no value, no key and no harm where there is no such table", () => {
  const index = (number: number) => Buffer.of(number << 3, 1);
  const redaction = redactor()(
    logs(
      record(
        TIME,
        body(index(8)),
        field(6, Buffer.concat([index(3), field(2, value.string("v"))])),
        attribute("k", Buffer.concat([value.string("w"), index(8)])),
      ),
    ),
  );
  expect([redaction.counts.string_indices, redaction.counts.dropped_fields]).toEqual([3, 3]);
  expect(recordsOf(redaction.bytes)).toEqual([
    {
      timeUnixNano: "578437695752307201",
      body: {},
      attributes: [{ value: text("v") }, keyed("k", text("w"))],
    },
  ]);
});

describe("112: every action on every kind of value", () => {
  const KINDS: Readonly<Record<string, Buffer>> = {
    string: value.string(`to ${MAIL}`),
    int: value.int(BigInt(CARD)),
    double: value.double(CARD),
    bool: value.bool(true),
    bytes: value.bytes(`to ${MAIL}`),
    binary: value.bytes(Buffer.from([0xff, ...Buffer.from(` to ${MAIL}`)])),
    array: value.array(value.string(MAIL), value.int(7n)),
    map: value.map(["a", value.string(MAIL)], ["b", value.int(7n)]),
    empty: value.empty,
  };

  const MASK = "[REDACTED:content]";
  const FOUND = "[REDACTED:email]";
  const CARD_FOUND = "[REDACTED:credit_card]";
  const untouched = {
    string: text(`to ${MAIL}`),
    int: { intValue: String(CARD) },
    double: { doubleValue: CARD },
    bool: { boolValue: true },
    bytes: { bytesValue: Buffer.from(`to ${MAIL}`).toString("base64") },
    binary: { bytesValue: Buffer.from([0xff, ...Buffer.from(` to ${MAIL}`)]).toString("base64") },
    array: { arrayValue: { values: [text(MAIL), { intValue: "7" }] } },
    map: { kvlistValue: { values: [keyed("a", text(MAIL)), keyed("b", { intValue: "7" })] } },
    empty: {},
  };
  const scanned = {
    ...untouched,
    string: text(`to ${FOUND}`),
    bytes: { bytesValue: Buffer.from(`to ${FOUND}`).toString("base64") },
    binary: { bytesValue: Buffer.from([0xff, ...Buffer.from(` to ${FOUND}`)]).toString("base64") },
    array: { arrayValue: { values: [text(FOUND), { intValue: "7" }] } },
    map: { kvlistValue: { values: [keyed("a", text(FOUND)), keyed("b", { intValue: "7" })] } },
  };
  /** What is no string is removed, and the attribute with it. */
  const stringsOnly = (masked: string, element = masked) => ({
    string: text(masked),
    array: { arrayValue: { values: [text(element)] } },
    empty: {},
  });
  /** What is no string becomes one. */
  const stringified = (masked: string, element = masked) => ({
    ...stringsOnly(masked),
    int: text(masked),
    double: text(masked),
    bool: text(masked),
    bytes: text(masked),
    binary: text("[WITHHELD:utf8]"),
    array: { arrayValue: { values: [text(element), text(element)] } },
    map: text(masked),
  });

  test.each<[rule: string, expected: Readonly<Record<string, JsonValue>>]>([
    ["action: keep", untouched],
    ["action: scan", { ...scanned, int: undefined!, double: undefined! }],
    [
      "action: scan, on_non_string: stringify",
      { ...scanned, int: text(CARD_FOUND), double: text(CARD_FOUND) },
    ],
    ["action: mask", stringsOnly(MASK)],
    ["action: mask, on_non_string: stringify", stringified(MASK)],
    ["action: drop", {}],
    ["action: drop, on_non_string: stringify", {}],
    ["action: { replace: gone }, on_non_string: stringify", stringified("gone")],
    [
      "action: { mask: { keep_first: 2 } }, on_non_string: stringify",
      {
        string: text("to****"),
        int: text("41****"),
        double: text("41****"),
        bool: text("tr****"),
        bytes: text("to****"),
        binary: text("[WITHHELD:utf8]"),
        array: { arrayValue: { values: [text("ja****"), text(MASK)] } },
        map: text(MASK),
        empty: {},
      },
    ],
    ["action: { mask: email }", { ...stringsOnly(MASK, "j***@leak.example"), empty: {} }],
    [
      "action: { mask: card }, on_non_string: stringify",
      { ...stringified(MASK), int: text("****1111"), double: text("****1111") },
    ],
    [
      "action: { truncate: 5 }, on_non_string: stringify",
      {
        string: text("to "),
        int: text("[REDACTED:credit_card]"),
        double: text("[REDACTED:credit_card]"),
        bool: text("true"),
        bytes: text("to "),
        binary: text("[WITHHELD:utf8]"),
        array: { arrayValue: { values: [text(FOUND), text("7")] } },
        map: text("map"),
        empty: {},
      },
    ],
    [
      "action: { generalize: { bucket: 10 } }",
      {
        ...stringsOnly(MASK),
        array: { arrayValue: { values: [text(MASK), { intValue: "0" }] } },
      },
    ],
  ])("%s", (rule, expected) => {
    const redact = redactor(`rules: [{ attribute: k, ${rule} }]`);
    for (const [kind, each] of Object.entries(KINDS)) {
      const { bytes } = redact(logs(attribute("k", each)));
      const attributes = attributesOf(bytes);
      if (expected[kind] === undefined) expect(attributes, kind).toBeUndefined();
      else expect(attributes, kind).toEqual([keyed("k", expected[kind])]);
    }
  });

  test.each(["pseudonym", "hash"])(
    "%s: equal values become equal tokens, of whatever kind they are",
    (action) => {
      const redact = redactor(`rules: [{ attribute: k, action: ${action}, on_non_string: stringify }]`);
      const tokenOf = (each: Buffer) => attributesOf(redact(logs(attribute("k", each))).bytes);
      expect(tokenOf(value.int(BigInt(CARD)))).toEqual(tokenOf(value.string(String(CARD))));
      expect(tokenOf(value.double(CARD))).toEqual(tokenOf(value.string(String(CARD))));
      expect(tokenOf(value.bool(false))).toEqual(tokenOf(value.string("false")));
      expect(tokenOf(value.bytes(MAIL))).toEqual(tokenOf(value.string(MAIL)));
      expect(tokenOf(value.string(MAIL))).not.toEqual(tokenOf(value.string("john@leak.example")));
    },
  );

  test("numbers stay numbers where the action says which", () => {
    const redact = redactor("rules: [{ attribute: k, action: { generalize: { bucket: 10 } } }]");
    const coarse = (each: Buffer) => attributesOf(redact(logs(attribute("k", each))).bytes);
    expect(coarse(value.int(-37n))).toEqual([keyed("k", { intValue: "-40" })]);
    expect(coarse(value.double(37.5))).toEqual([keyed("k", { doubleValue: 30 })]);
    expect(coarse(value.int(30n))).toEqual([keyed("k", { intValue: "30" })]);
    expect(coarse(value.double(Number.NaN))).toBeUndefined();
    expect(coarse(value.int(2n ** 62n))).toBeUndefined();
  });

  test("a class that is kept is looked through for what is certain", () => {
    const redact = redactor("unknown: keep");
    const { bytes } = redact(logs(attribute("k", value.string(`password=hunter2 ${MAIL}`))));
    expect(attributesOf(bytes)).toEqual([keyed("k", text(`password=hunter2 ${FOUND}`))]);
  });
});

describe("attributes that nothing names", () => {
  const request = logs(
    record(
      attribute("nobody.knows", value.string("x")),
      attribute(
        "nobody.knows",
        value.map(["password", value.string("open sesame")], ["b", value.string("y")]),
      ),
      body(value.map(["nobody.knows", value.string("x")], ["password", value.string("open sesame")])),
    ),
  );

  test.each<[unknown: string, attributes: JsonValue | undefined, kept: string]>([
    ["keep", "x", "y"],
    ["scan", "x", "y"],
    ["mask", "[REDACTED:content]", "[REDACTED:content]"],
  ])("%s", (unknown, single, inside) => {
    const { bytes } = redactor(`unknown: ${unknown}`)(request);
    const map = {
      kvlistValue: { values: [keyed("password", text("[REDACTED:credential]")), keyed("b", text(inside))] },
    };
    expect(attributesOf(bytes)).toEqual([
      keyed("nobody.knows", text(single as string)),
      keyed("nobody.knows", map),
    ]);
  });

  test("drop: default deny, in bodies as the policy says", () => {
    const { bytes } = redactor("unknown: drop")(request);
    expect(attributesOf(bytes)).toEqual([keyed("nobody.knows", { kvlistValue: {} })]);
    expect(bodyOf(bytes)).toEqual({ kvlistValue: { values: [keyed("nobody.knows", text("x"))] } });
  });
});

describe("log bodies", () => {
  test.each<[action: string, each: Buffer, expected: JsonValue | undefined]>([
    ["scan", value.string(`to ${MAIL}`), text("to [REDACTED:email]")],
    ["mask", value.string("x"), text("[REDACTED:content]")],
    ["drop", value.string("x"), undefined],
    ["scan", value.array(value.string(MAIL)), { arrayValue: { values: [text("[REDACTED:email]")] } }],
    ["mask", value.int(7n), undefined],
    ["scan", value.bytes(MAIL), { bytesValue: Buffer.from("[REDACTED:email]").toString("base64") }],
    [
      "mask",
      value.map(["http.request.method", value.string("GET")], ["x", value.string("y")]),
      {
        kvlistValue: {
          values: [keyed("http.request.method", text("GET")), keyed("x", text("[REDACTED:content]"))],
        },
      },
    ],
  ])("%s of %o", (action, each, expected) => {
    expect(bodyOf(redactor(`body: ${action}`)(logs(body(each))).bytes)).toEqual(expected);
  });
});

describe("keys", () => {
  test("nested and flat spellings of a key are decided alike", () => {
    const redact = redactor("rules: [{ attribute: a.b.c, action: mask }]");
    const spellings = [
      attribute("a.b.c", value.string("x")),
      attribute("a", value.map(["b.c", value.string("x")])),
      attribute("a.b", value.map(["c", value.string("x")])),
      attribute("a", value.map(["b", value.map(["c", value.string("x")])])),
      attribute("a", value.array(value.map(["b", value.array(value.map(["c", value.string("x")]))]))),
      body(value.map(["a", value.map(["b", value.map(["c", value.string("x")])])])),
    ];
    for (const spelling of spellings) {
      const { bytes } = redact(logs(spelling));
      expect(bytes.includes("[REDACTED:content]")).toBe(true);
    }
  });

  test("siblings after a map are decided by their own path", () => {
    const redact = redactor("rules: [{ attribute: a.x, action: mask }]");
    const inner = value.map(["deep", value.map(["er", value.string("1")])], ["x", value.string("2")]);
    const { bytes } = redact(logs(record(attribute("a", inner), attribute("x", value.string("3")))));
    const { attributes } = recordsOf(bytes)[0] as { attributes: JsonValue };
    expect(JSON.stringify(attributes)).toContain('"3"');
    expect(JSON.stringify(attributes)).not.toContain('"2"');
  });

  test("a key that is data is replaced, and what is below it is decided without it", () => {
    const redaction = redactor()(
      logs(attribute(`user.${MAIL}`, value.map(["full_name", value.string("Jane")]))),
    );
    const map = { kvlistValue: { values: [keyed("full_name", text("[REDACTED:direct_identifier]"))] } };
    expect(attributesOf(redaction.bytes)).toEqual([keyed("[REDACTED:email]", map)]);
    expect(counted(redaction)).toBe("1 key/mask, 1 direct_identifier/mask");
  });

  test("a key that looks like JSON with addresses in it is redacted as the text that it is", () => {
    const key = `{"a@b.example":"${MAIL}","x":1}`;
    const { bytes } = redactor()(logs(attribute(key, value.string("v"))));
    expect(attributesOf(bytes)).toEqual([keyed('{"[REDACTED:email]":"[REDACTED:email]","x":1}', text("v"))]);
  });

  test("a key that looks like JSON once it is redacted is not taken apart either", () => {
    const key = '{"user.email":"203.0.113.7","password":12,';
    const { bytes } = redactor()(logs(attribute(key, value.string("v"))));
    expect(bytes.includes('{"user.email":"203.0.113.0","password":12,')).toBe(true);
  });

  test("an empty key and none are keys that nothing names", () => {
    const empty = attribute("", value.string(MAIL));
    const none = field(6, field(2, value.map(["password", value.string("open sesame")])));
    const { bytes } = redactor()(logs(record(attribute("user", value.string("x")), empty, none)));
    expect(bytes.includes(MAIL)).toBe(false);
    expect(bytes.includes("sesame")).toBe(false);
  });

  test("in a body an empty key and none get what the body gets", () => {
    const member = (...fields: readonly Buffer[]) => body(field(6, field(1, Buffer.concat(fields))));
    const named = field(2, value.string(`to ${MAIL}`));
    const redacted = (each: Buffer) => bodyOf(redactor("unknown: mask")(logs(record(each))).bytes);
    const scanned = { kvlistValue: { values: [{ value: text("to [REDACTED:email]") }] } };
    expect(redacted(member(field(1, ""), named))).toEqual(scanned);
    expect(redacted(member(named))).toEqual(scanned);
  });

  test("a map without a key doesn't take the path of the attribute before it", () => {
    const redact = redactor("rules: [{ attribute: a.b, action: mask }]");
    const none = field(6, field(2, value.map(["b", value.string("x")])));
    expect(redact(logs(record(attribute("a", value.int(1n)), none))).bytes.includes("[REDACTED")).toBe(false);
  });

  test("113: of two keys the stricter decides, and a map under them is withheld: its paths are anybody's guess", () => {
    const two = (each: Buffer) =>
      field(6, Buffer.concat([field(1, "note"), field(1, "secret.name"), field(2, each)]));
    const redact = redactor("rules: [{ attribute: secret.name, action: mask }]");
    expect(redact(logs(two(value.string("x")))).bytes.includes("[REDACTED:content]")).toBe(true);
    const under = redactor("rules: [{ attribute: note.x, action: mask }]");
    const redaction = under(logs(two(value.map(["x", value.string("sesame")]))));
    expect(redaction.bytes.includes("sesame")).toBe(false);
    expect(counted(redaction)).toBe("1 structure");
  });
});

describe("conditions on the resource", () => {
  const yaml = 'rules: [{ where: { resource: { service.name: "pay-*" } }, attribute: k, action: mask }]';
  const masks = (request: Buffer) => redactor(yaml)(request).bytes.includes("[REDACTED:content]");
  const attributed = record(attribute("k", value.string("v")));
  const name = (...texts: readonly string[]) =>
    field(1, Buffer.concat(texts.map((each) => field(1, keyValue("service.name", value.string(each))))));
  const scope = field(2, field(2, attributed));

  test.each<[name: string, request: Buffer, expected: boolean]>([
    ["one that holds", logsOf([["service.name", "pay-eu"]], attributed), true],
    ["one that doesn't", logsOf([["service.name", "shop"]], attributed), false],
    ["no resource", logs(attributed), false],
    ["a resource behind its records", field(1, Buffer.concat([scope, name("pay-eu")])), true],
    ["the first of two attributes", field(1, Buffer.concat([name("pay-eu", "shop"), scope])), true],
    ["the last of two attributes", field(1, Buffer.concat([name("shop", "pay-eu"), scope])), true],
    ["the second of two resources", field(1, Buffer.concat([name("shop"), name("pay-eu"), scope])), true],
    ["the resource of other records", Buffer.concat([field(1, name("pay-eu")), logs(attributed)]), false],
  ])("%s", (_, request, expected) => {
    expect(masks(request)).toBe(expected);
  });
});

describe("what can't be read is withheld, and the rest is delivered", () => {
  const bad = Buffer.from([0x61, 0xff]);
  const rest = [TIME, TRACE_ID, attribute("ok", value.string("fine"))];

  test.each<[name: string, bad: Buffer]>([
    ["a value", attribute("k", value.string(bad))],
    ["a body", body(value.string(bad))],
    ["a key", attribute(bad, value.string("v"))],
    ["an event name", field(12, bad)],
    ["a value under a key with an action", attribute("password", value.string(bad))],
  ])("no UTF-8: %s", (_, broken) => {
    const redaction = redactor()(logs(record(...rest, broken)));
    expect(counted(redaction)).toBe("1 utf8");
    expect(redaction.bytes.includes("[WITHHELD:utf8]")).toBe(true);
    const [delivered] = recordsOf(redaction.bytes);
    expect(delivered).toMatchObject({
      timeUnixNano: "578437695752307201",
      traceId: TRACE_ID.subarray(2).toString("hex"),
    });
    expect(delivered!.attributes).toContainEqual(keyed("ok", text("fine")));
  });

  test("one bad value among two thousand records", () => {
    const records = Array.from({ length: 2000 }, (_, n) =>
      record(TIME, body(value.string(n === 1234 ? bad : `request ${n}`))),
    );
    const redaction = redactor()(logs(...records));
    const bodies = recordsOf(redaction.bytes).map((each) => each.body);
    expect(bodies).toEqual(
      Array.from({ length: 2000 }, (_, n) => text(n === 1234 ? "[WITHHELD:utf8]" : `request ${n}`)),
    );
    expect(counted(redaction)).toBe("1 utf8");
  });
});

describe("nesting", () => {
  const nestArrays = (levels: number) => {
    let each = value.string(MAIL);
    for (let level = 0; level < levels; level++) each = value.array(each);
    return each;
  };
  const nestMaps = (levels: number) => {
    let each = value.string(MAIL);
    for (let level = 0; level < levels; level++) each = value.map(["k", each]);
    return each;
  };

  /** Levels above the value: request, resource logs, scope logs, record, attribute. */
  const ABOVE = 5;

  test.each<[name: string, nest: (levels: number) => Buffer, levels: number]>([
    ["arrays", nestArrays, (100 - ABOVE - 1) / 2],
    ["maps", nestMaps, (100 - ABOVE - 1) / 3],
  ])("%s as deep as decoders read are looked into, deeper ones withheld", (_, nest, most) => {
    const redact = redactor();
    for (const [levels, expected] of [
      [Math.floor(most), "1 direct_identifier/mask"],
      [Math.floor(most) + 1, "1 depth"],
      [99, "1 depth"],
      [10_000, "1 depth"],
    ] as const) {
      const request = logs(record(TIME, TRACE_ID, attribute("k", nest(levels))));
      const redaction = redact(request);
      expect(counted(redaction), `${levels} levels`).toBe(expected);
      expect(redaction.bytes.includes(MAIL)).toBe(false);
      expect(recordsOf(redaction.bytes)[0]).toMatchObject({
        timeUnixNano: "578437695752307201",
        traceId: TRACE_ID.subarray(2).toString("hex"),
      });
    }
  });

  test("a map at the last level where only a list would fit is withheld", () => {
    let nested = value.map(["k", value.string(MAIL)]);
    for (let level = 0; level < 46; level++) nested = value.array(nested); // 94 levels with what is above
    const { bytes, counts } = redactor()(logs(attribute("k", nested)));
    expect(counts.withheld.get("depth")).toBe(1);
    expect(recordsOf(bytes)).toHaveLength(1);
  });
});

describe("budgets of a record", () => {
  const small = redactor("limits: { record_bytes_max: 1024, value_bytes_max: 1024, record_nodes_max: 128 }");
  const filler = value.string("x".repeat(600));

  test("a value that goes past the bytes of its record is withheld, smaller ones behind it are not", () => {
    const request = logs(attribute("a", filler), attribute("b", filler), attribute("c", value.string("y")));
    const one = logs(
      Buffer.concat([attribute("a", filler), attribute("b", filler), attribute("c", value.string("y"))]),
    );
    expect(counted(small(request))).toBe("");
    const redaction = small(one);
    expect(counted(redaction)).toBe("1 record_size");
    expect(attributesOf(redaction.bytes)!.slice(1)).toEqual([
      keyed("b", text("[WITHHELD:record_size]")),
      keyed("c", text("y")),
    ]);
  });

  test("a record that grows past its bytes by being redacted is cut as the next redactor would cut it", () => {
    const mails = Array.from({ length: 100 }, (_, n) => attribute(`k${n}`, value.string("to a@b.co")));
    const redaction = small(logs(record(...mails)));
    expect(counted(redaction)).toMatch(/^100 direct_identifier\/mask, \d+ record_size$/);
  });

  test("attributes past the number of a record's nodes are taken out", () => {
    const many = Array.from({ length: 130 }, (_, n) => attribute(`k${n}`, value.int(1n)));
    const redaction = small(logs(record(...many)));
    expect(counted(redaction)).toBe("2 record_nodes");
    expect(attributesOf(redaction.bytes)).toHaveLength(128);
  });
});

describe("work is linear, and bounded", () => {
  const MANY = "limits: { record_nodes_max: 1000000, value_bytes_max: 1048576, candidates_max: 4000 }";
  const where = "rules: [{ where: { resource: { service.name: a } }, attribute: k, action: mask }]";
  const times = <T>(count: number, each: (n: number) => T) =>
    Array.from({ length: count }, (_, n) => each(n));
  const numbers = (count: number) => times(count, (n) => [`k${n % 100}`, value.int(1n)] as const);
  const inText = (text: string) => logs(body(value.string(text)));

  test.each<[name: string, yaml: string, sizeMax: number, request: (size: number) => Buffer]>([
    [
      "attributes with the same key",
      MANY,
      80_000,
      (size) => logs(Buffer.concat(times(size, () => attribute("k", value.string("v"))))),
    ],
    [
      "attributes with different keys",
      MANY,
      16_000,
      (size) => logs(Buffer.concat(times(size, (n) => attribute(`k${n}`, value.string("v"))))),
    ],
    [
      "a long key with many keys under it",
      MANY,
      32_000,
      (size) => logs(attribute("k".repeat(8 * size), value.map(...numbers(size)))),
    ],
    [
      "a long key in JSON with many keys under it",
      MANY,
      16_000,
      (size) => inText(`{"${"k".repeat(8 * size)}":{${times(size, (n) => `"k${n % 100}":1`).join()}}}`),
    ],
    [
      "a resource attribute with many keys and values",
      where,
      16_000,
      (size) => {
        const keys = times(size, () => field(1, "service.name"));
        const values = times(size, () => field(2, value.string("b")));
        return field(1, field(1, field(1, Buffer.concat([...keys, ...values]))));
      },
    ],
    ["a query with &", "", 40_000, (size) => inText(`https://h/?${times(size, () => "a=1").join("&")}`)],
    ["a query with ;", "", 40_000, (size) => inText(`https://h/?${times(size, () => "a=1").join(";")}`)],
    [
      "findings in a long encoded path",
      MANY,
      4000,
      (size) => inText(`https://h/%41${"a".repeat(200 * size)}${"/jane@leak.example".repeat(size)}`),
    ],
  ])("%s", (_, yaml, sizeMax, request) => {
    const redact = redactor(yaml);
    const prepare = (size: number) => {
      const bytes = request(size);
      return () => redact(bytes);
    };
    expect(exponentOf(prepare, sizeMax)).toBeLessThan(EXPONENT_MAX);
  });

  test("more text than is collected at once is redacted to the last record", () => {
    const filler = value.string("to be or not to be ".repeat(3000));
    const records = Array.from({ length: 200 }, () =>
      record(body(filler), attribute("k", value.string(MAIL))),
    );
    const redaction = redactor()(logs(...records));
    expect(counted(redaction)).toBe("200 direct_identifier/mask");
    expect(redaction.bytes.includes(MAIL)).toBe(false);
  });

  test("more numbers than are collected at once too", () => {
    const redact = redactor("limits: { record_nodes_max: 1000000 }");
    const numbers = value.array(
      ...new Array<Buffer>(100_000).fill(value.int(12345678n)),
      value.int(BigInt(CARD)),
    );
    const redaction = redact(logs(attribute("k", numbers)));
    expect(counted(redaction)).toBe("1 direct_identifier/mask, 1 type changes");
  });
});

describe("profiles", () => {
  const strings = ["", "user.name", "Jane Doe", "main.loop", "service.name"];
  const dictionary = (...parts: readonly Buffer[]) =>
    field(2, Buffer.concat([...strings.map((each) => field(5, each)), ...parts]));
  const index = (number: number, to: number) => Buffer.concat([Buffer.of(number << 3), varint(BigInt(to))]);
  const entry = (key: number, each: Buffer) => field(6, Buffer.concat([index(1, key), field(2, each)]));
  const redact = (request: Buffer, yaml = "") => redactor(yaml)(request, "profiles");

  test("111: a string is redacted for the strictest key that it is a value of", () => {
    const { bytes } = redact(dictionary(entry(4, index(8, 2)), entry(1, index(8, 2)), entry(4, index(8, 3))));
    expect(bytes.includes("Jane Doe")).toBe(false);
    expect(bytes.includes("main.loop")).toBe(true);
  });

  test("of an entry with two keys the stricter counts", () => {
    const two = field(6, Buffer.concat([index(1, 1), index(1, 4), field(2, value.string("Jane Doe"))]));
    const dictionaryOfNames = field(
      2,
      Buffer.concat([...["", "user.name", "x", "y", "service.name"].map((each) => field(5, each)), two]),
    );
    expect(redact(dictionaryOfNames).bytes.includes("Jane Doe")).toBe(false);
  });

  test("an entry whose value is removed keeps its place", () => {
    const redaction = redact(dictionary(entry(1, value.int(7n)), entry(4, value.string("x"))));
    expect(redaction.bytes.equals(dictionary(entry(1, Buffer.alloc(0)), entry(4, value.string("x"))))).toBe(
      true,
    );
  });

  test("keys inside a map may be indices too, and leave the path of their siblings alone", () => {
    const inside = field(
      6,
      Buffer.concat([
        field(1, Buffer.concat([index(3, 3), field(2, value.map(["q", value.int(1n)]))])),
        field(1, keyValue("x", value.string("sesame"))),
      ]),
    );
    const table = ["", "a", "", "some.long.key"].map((each) => field(5, each));
    const request = field(
      2,
      Buffer.concat([...table, field(6, Buffer.concat([index(1, 1), field(2, inside)]))]),
    );
    const { bytes } = redact(request, "rules: [{ attribute: a.x, action: mask }]");
    expect(bytes.includes("sesame")).toBe(false);
  });

  test("a key that is masked as a value of another key settles in one pass", () => {
    const yaml = "unknown: mask\nrules: [{ attribute: service.name, action: keep }]";
    redact(dictionary(entry(4, index(8, 2)), entry(3, index(8, 4))), yaml);
  });

  test.each<[name: string, key: Buffer, each: Buffer]>([
    ["its key", index(3, 4), value.string("shop")],
    ["its value", field(1, "service.name"), index(8, 5)],
    ["both", index(3, 4), index(8, 5)],
  ])("a condition holds for a resource with an index for %s", (_, key, each) => {
    const resource = field(1, field(1, Buffer.concat([key, field(2, each)])));
    const scope = field(2, field(1, field(3, keyValue("pin", value.string("sesame")))));
    const table = field(2, Buffer.concat([...strings, "shop"].map((text) => field(5, text))));
    const yaml = "rules: [{ attribute: pin, where: { resource: { service.name: shop } }, action: mask }]";
    const { bytes } = redact(Buffer.concat([field(1, Buffer.concat([resource, scope])), table]), yaml);
    expect(bytes.includes("sesame")).toBe(false);
  });

  test("a string that is a query by one of its keys is taken apart", () => {
    const table = ["", "url.query", "pin=1234&a=b", "other"].map((text) => field(5, text));
    const entries = [entry(3, index(8, 2)), entry(1, index(8, 2)), entry(3, index(8, 2))];
    const request = field(2, Buffer.concat([...table, ...entries]));
    const { bytes } = redact(request, "rules: [{ attribute: pin, action: mask }]");
    expect(bytes.includes("pin=REDACTED&a=b")).toBe(true);
  });

  test("many keys and many values in one entry cost no more than their sum", () => {
    const prepare = (size: number) => {
      const parts = [...Array(size).fill(index(1, 1)), ...Array(size).fill(field(2, ""))];
      const request = dictionary(field(6, Buffer.concat(parts)));
      return () => redact(request);
    };
    expect(exponentOf(prepare, 16_000)).toBeLessThan(EXPONENT_MAX);
  });

  describe("what was removed takes its strings along", () => {
    const CANARY = "zq7 canary";
    const KEY = "secret.key";
    const table = ["", KEY, CANARY, "inner", "main.loop"];
    const strings = (...entries: readonly Buffer[]) =>
      field(2, Buffer.concat([...table.map((each) => field(5, each)), ...entries]));
    const resource = (...fields: readonly Buffer[]) => field(1, field(1, Buffer.concat(fields)));
    const byIndex = (each: Buffer) => field(1, Buffer.concat([index(3, 1), field(2, each)]));
    const canary = index(8, 2);
    const inList = field(5, field(1, canary));
    const inMap = field(6, field(1, Buffer.concat([index(3, 3), field(2, canary)])));
    const asKey = field(6, field(1, Buffer.concat([index(3, 2), field(2, value.int(1n))])));
    const deep = Array.from({ length: 70 }).reduce<Buffer>((inner) => field(5, field(1, inner)), canary);
    const many = field(5, Buffer.concat(Array.from({ length: 60_000 }, () => field(1, canary))));

    const FORMS: readonly [name: string, each: Buffer][] = [
      ["itself", canary],
      ["in a list", inList],
      ["in a map", inMap],
      ["a key in a map", asKey],
      ["too deep", deep],
      ["too many", many],
    ];
    const ACTIONS = ["drop", "mask"].map((action) => `rules: [{ attribute: ${KEY}, action: ${action} }]`);
    test.each(FORMS.flatMap(([name, each]) => ACTIONS.map((yaml) => [name, yaml, each] as const)))(
      "%s, %s",
      (_, yaml, each) => {
        const scope = field(1, field(2, field(1, field(3, Buffer.concat([index(3, 1), field(2, each)])))));
        for (const request of [
          Buffer.concat([resource(byIndex(each)), strings()]),
          Buffer.concat([scope, strings()]),
          Buffer.concat([resource(field(1, keyValue(KEY, each))), strings()]),
          strings(entry(1, each)),
        ]) {
          const { bytes } = redact(request, yaml);
          expect(bytes.includes(CANARY)).toBe(false);
          expect(bytes.includes("main.loop")).toBe(true);
          expect(redact(bytes, yaml).bytes.equals(bytes)).toBe(true);
        }
      },
    );

    test("also where it is withheld, and nobody's action would take it", () => {
      for (const each of [deep, many]) {
        const { bytes } = redact(
          Buffer.concat([resource(byIndex(each)), strings()]),
          `rules: [{ attribute: ${KEY}, action: scan }]`,
        );
        expect(bytes.includes(CANARY)).toBe(false);
      }
    });

    test("a string that is something else's value as well is no longer that", () => {
      const attributes = [byIndex(canary), field(1, keyValue("service.name", canary))];
      const { bytes } = redact(Buffer.concat([resource(...attributes), strings()]), ACTIONS[0]);
      expect(bytes.includes(CANARY)).toBe(false);
    });

    test("the key of what stays is one still, whatever map it was also in", () => {
      const attributes = [
        byIndex(inMap),
        field(1, Buffer.concat([index(3, 3), field(2, value.string("x"))])),
      ];
      const { bytes } = redact(
        Buffer.concat([resource(...attributes), strings()]),
        `${ACTIONS[1]}\nunknown: scan`,
      );
      expect([bytes.includes("inner"), bytes.includes(CANARY)]).toEqual([true, false]);
    });

    test("removing the deepest of values takes no longer than its bytes", () => {
      const prepare = (size: number) => {
        let inner: Buffer = canary;
        for (let n = 0; n < size; n++) inner = field(5, field(1, inner));
        const request = Buffer.concat([resource(byIndex(inner)), strings()]);
        return () => redact(request, ACTIONS[0]);
      };
      expect(exponentOf(prepare, 4_000)).toBeLessThan(EXPONENT_MAX);
    });
  });

  test("the first string is empty, since it is what is read where no index is written", () => {
    const table = ["user.email", "x"].map((each) => field(5, each));
    const noKey = field(6, field(2, value.string("somebody")));
    const { bytes, counts } = redact(field(2, Buffer.concat([...table, noKey])));
    expect([bytes.includes("user.email"), counts.withheld.get("structure")]).toEqual([false, 1]);
    expect(bytes.includes("somebody")).toBe(false);
  });

  test("111: an index of more than 32 bits is what decoders make of it", () => {
    const wrapped = Buffer.concat([Buffer.of(8 << 3), varint(2n ** 32n + 2n)]);
    expect(redact(dictionary(entry(1, wrapped))).bytes.includes("Jane Doe")).toBe(false);
  });

  test.each([99, -1, 2 ** 31 - 1])("111: an index of %i means nothing, and goes", (outOfRange) => {
    const redaction = redact(dictionary(entry(4, index(8, outOfRange))));
    expect(counted(redaction)).toBe("1 dropped");
  });
});

/** Bucket counts of a histogram's data point, and values of a profile's sample. */
const BROKEN_NUMBERS: readonly [
  name: string,
  signal: "metrics" | "profiles",
  path: number[],
  numbers: string,
  code: string,
][] = [
  ["fixed64 that end early", "metrics", [6, 1, 9, 2, 2, 1], "0100000000", "WIRE_TRUNCATED"],
  ["a varint that does not end", "profiles", [4, 2, 2, 2, 1], "01ff", "WIRE_TRUNCATED"],
  ["a varint of eleven bytes", "profiles", [4, 2, 2, 2, 1], "8080808080808080808000", "WIRE_MALFORMED"],
];

test.each(BROKEN_NUMBERS)(
  "numbers side by side that no destination could read are refused: %s",
  (_, signal, path, numbers, code) => {
    const request = path.reduce<Buffer>((inner, number) => field(number, inner), Buffer.from(numbers, "hex"));
    expect(() => createRedactor(planOf("")).redact(signal, request)).toThrow(
      expect.objectContaining({ code, path: expect.stringMatching(/^byte \d+$/) }),
    );
  },
);

test("empty messages stay as they are", () => {
  for (const request of [
    Buffer.alloc(0),
    field(1, ""),
    logs(),
    logs(Buffer.alloc(0)),
    logs(field(6, "")),
    logs(field(5, "")),
  ]) {
    const { redact } = createRedactor(planOf(""));
    expect(redact("logs", request).bytes).toBe(request);
  }
});
