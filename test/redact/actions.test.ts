import { compilePolicy, parsePolicy } from "@scrim/policy";
import { createRedactor, type Redactor } from "@scrim/redact";
import { decodeRequest, type JsonObject, jsonToProto } from "@scrim/wire";
import { describe, expect, test } from "vitest";

const SECRET = { version: 2, secret: Buffer.alloc(32, 9) };

function redactorOf(policy: string): Redactor {
  const keys = policy.includes("pseudonym") ? "keys: { pseudonym: { version: 2, env: NONE } }\n" : "";
  const document = parsePolicy(`version: 1\n${keys}${policy}`, "test.yaml");
  return createRedactor(compilePolicy([document], keys === "" ? {} : { pseudonymKey: SECRET }));
}

interface LogRecord {
  readonly body?: object;
  readonly attributes?: readonly object[];
}

/** What a record becomes: its attributes by key, and its body. */
function redact(
  redactor: Redactor,
  record: LogRecord,
  resource: readonly object[] = [],
): { body: unknown; attributes: Record<string, unknown> } {
  const request = {
    resourceLogs: [{ resource: { attributes: resource }, scopeLogs: [{ logRecords: [record] }] }],
  };
  const { bytes } = redactor.redact("logs", jsonToProto("logs", Buffer.from(JSON.stringify(request))));
  const tree = decodeRequest("logs", bytes) as unknown as {
    resourceLogs: { scopeLogs: { logRecords: JsonObject[] }[] }[];
  };
  const { body, attributes = [] } = tree.resourceLogs[0]!.scopeLogs[0]!.logRecords[0]!;
  const list = attributes as unknown as { key: string; value: unknown }[];
  return { body, attributes: Object.fromEntries(list.map(({ key, value }) => [key, value])) };
}

const text = (stringValue: string) => ({ stringValue });
const VALUES = {
  string: text("jane@shop.example 4111"),
  int: { intValue: "4111" },
  double: { doubleValue: 41.5 },
  bool: { boolValue: true },
  bytes: { bytesValue: Buffer.from("raw").toString("base64") },
  array: { arrayValue: { values: [text("first one here"), { intValue: "2" }] } },
  map: { kvlistValue: { values: [{ key: "inner", value: text("deep") }] } },
  empty: text(""),
} as const;

const LABEL = text("[REDACTED:content]");
const GONE = undefined;

/** What a value under key `x` becomes by `action`, where that is not the value itself. */
const TABLE: Readonly<Record<string, Partial<Record<keyof typeof VALUES, unknown>>>> = {
  keep: {},
  scan: { string: text("[REDACTED:email] 4111") },
  mask: {
    string: LABEL,
    int: GONE,
    double: GONE,
    bool: GONE,
    bytes: GONE,
    array: { arrayValue: { values: [LABEL] } },
    map: GONE,
  },
  "{ mask: { keep_last: 4 } }": {
    string: text("****4111"),
    int: GONE,
    double: GONE,
    bool: GONE,
    bytes: GONE,
    array: { arrayValue: { values: [text("****here")] } },
    map: GONE,
  },
  "{ replace: gone }": {
    string: text("gone"),
    int: GONE,
    double: GONE,
    bool: GONE,
    bytes: GONE,
    array: { arrayValue: { values: [text("gone")] } },
    map: GONE,
  },
  drop: {
    string: GONE,
    int: GONE,
    double: GONE,
    bool: GONE,
    bytes: GONE,
    array: GONE,
    map: GONE,
    empty: GONE,
  },
  "{ generalize: { bucket: 100 } }": {
    string: LABEL,
    int: { intValue: "4100" },
    double: { doubleValue: 0 },
    bool: GONE,
    bytes: GONE,
    array: { arrayValue: { values: [LABEL, { intValue: "0" }] } },
    map: GONE,
  },
  "{ truncate: 18 }": {
    string: text("[REDACTED:email] 4"),
    int: GONE,
    double: GONE,
    bool: GONE,
    bytes: GONE,
    array: { arrayValue: { values: [text("first one here")] } },
    map: GONE,
  },
};

describe.each(Object.entries(TABLE))("action %s", (action, becomes) => {
  const redactor = redactorOf(`rules: [{ attribute: x, action: ${action} }]\n`);
  test.each(Object.entries(VALUES))("on a %s", (kind, value) => {
    const { attributes } = redact(redactor, { attributes: [{ key: "x", value }] });
    expect(attributes.x).toEqual(kind in becomes ? becomes[kind as keyof typeof VALUES] : value);
  });
});

describe("on_non_string: stringify", () => {
  const redactor = redactorOf("rules: [{ attribute: x, action: mask, on_non_string: stringify }]\n");
  test.each(["int", "double", "bool", "bytes", "map"] as const)("a %s becomes a label", (kind) => {
    expect(redact(redactor, { attributes: [{ key: "x", value: VALUES[kind] }] }).attributes.x).toEqual(LABEL);
  });
});

test("pseudonyms are equal for equal values, by key and in text alike, and differ for others", () => {
  const redactor = redactorOf("classes: { direct_identifier: pseudonym }\n");
  const { attributes, body } = redact(redactor, {
    body: text("mail jane@shop.example"),
    attributes: [
      { key: "user.email", value: text("jane@shop.example") },
      { key: "customer.email", value: text("joan@shop.example") },
    ],
  });
  const { stringValue } = attributes["user.email"] as { stringValue: string };
  expect(stringValue).toMatch(/^email:v2:[a-z]{38}$/);
  expect(body).toEqual(text(`mail ${stringValue}`));
  expect(attributes["customer.email"]).not.toEqual(attributes["user.email"]);
});

test("hash is SHA-256, and stays", () => {
  const redactor = redactorOf("rules: [{ attribute: x, action: hash }]\n");
  const hashed = "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
  expect(redact(redactor, { attributes: [{ key: "x", value: text("a") }] }).attributes.x).toEqual(
    text(hashed),
  );
  expect(redact(redactor, { attributes: [{ key: "x", value: text(hashed) }] }).attributes.x).toEqual(
    text(hashed),
  );
});

describe("where", () => {
  const redactor = redactorOf(
    'rules: [{ attribute: note, where: { resource: { service.name: "payments-*" } }, action: mask }]\n',
  );
  const service = (name: string) => [{ key: "service.name", value: text(name) }];
  const note = { attributes: [{ key: "note", value: text("plain") }] };
  test.each<[string, readonly object[], boolean]>([
    ["a resource that matches", service("payments-eu"), true],
    ["one that does not", service("shop"), false],
    ["no resource attributes", [], false],
    ["an attribute twice, of which one matches", [...service("shop"), ...service("payments-eu")], true],
    [
      "three, of which the middle one matches",
      [...service("a"), ...service("payments-eu"), ...service("b")],
      true,
    ],
    [
      "a nested spelling",
      [{ key: "service", value: { kvlistValue: { values: [{ key: "name", value: text("payments-eu") }] } } }],
      true,
    ],
  ])("%s", (_, resource, masked) => {
    expect(redact(redactor, note, resource).attributes.note).toEqual(masked ? LABEL : text("plain"));
  });
});

describe("bodies", () => {
  const redactor = redactorOf("");
  test("keys inside a map are decided like attributes, at any depth", () => {
    const body = {
      kvlistValue: {
        values: [
          {
            key: "user",
            value: {
              kvlistValue: {
                values: [
                  { key: "email", value: text("x") },
                  { key: "note", value: text("y") },
                ],
              },
            },
          },
        ],
      },
    };
    expect(JSON.stringify(redact(redactor, { body }).body)).toContain(
      '"key":"email","value":{"stringValue":"[REDACTED:direct_identifier]"}},{"key":"note","value":{"stringValue":"y"}',
    );
  });
  test("body: mask takes strings, and leaves what a rule keeps", () => {
    const masking = redactorOf("body: mask\nrules: [{ attribute: order.id, action: keep }]\n");
    expect(redact(masking, { body: text("free text") }).body).toEqual(LABEL);
    const body = {
      kvlistValue: {
        values: [
          { key: "order.id", value: text("7") },
          { key: "note", value: text("y") },
        ],
      },
    };
    expect(JSON.stringify(redact(masking, { body }).body)).toBe(
      '{"kvlistValue":{"values":[{"key":"order.id","value":{"stringValue":"7"}},{"key":"note","value":{"stringValue":"[REDACTED:content]"}}]}}',
    );
  });
});

describe("fail closed", () => {
  const redactor = redactorOf(
    "limits: { value_bytes_max: 1024, record_bytes_max: 2048, record_nodes_max: 128 }\n",
  );
  const attributes = (n: number, value: object) =>
    Array.from({ length: n }, (_, i) => ({ key: `k${i}`, value }));

  test("a value over its budget is cut at a word, and says so", () => {
    const { attributes: found } = redact(redactor, {
      attributes: [{ key: "x", value: text("word ".repeat(500)) }],
    });
    const { stringValue } = found.x as { stringValue: string };
    expect(stringValue).toMatch(/^(?:word )+\[WITHHELD:value_size\]$/);
    expect(stringValue.length).toBeLessThanOrEqual(1024);
  });

  test("a secret that the cut would halve goes whole", () => {
    const { attributes: found } = redact(redactor, {
      attributes: [{ key: "x", value: text("a".repeat(2000)) }],
    });
    expect((found.x as { stringValue: string }).stringValue).toBe("[WITHHELD:value_size]");
  });

  test("values past the record's budget are withheld, the ones before are not", () => {
    const { attributes: found } = redact(redactor, { attributes: attributes(4, text("word ".repeat(150))) });
    expect(
      Object.values(found).map((value) => (value as { stringValue: string }).stringValue.startsWith("word")),
    ).toEqual([true, true, false, false]);
  });

  test("attributes past the record's number are left out, and counted", () => {
    expect(
      Object.keys(redact(redactor, { attributes: attributes(1000, text("v")) }).attributes),
    ).toHaveLength(128);
  });

  test.each([40, 99, 5000])(
    "%i lists inside one another: the depth is withheld, ids and the rest survive",
    (depth) => {
      const open = createRedactor(compilePolicy([parsePolicy("version: 1\n", "p.yaml")]));
      const varint = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >>> 7)]);
      const field = (number: number, payload: Buffer) =>
        Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(payload.length)]), payload]);
      let value = field(1, Buffer.from("jane@shop.example"));
      for (let level = 0; level < depth; level++) value = field(5, field(1, value));
      const record = Buffer.concat([field(9, Buffer.alloc(16, 0xa1)), field(5, value)]);
      const { bytes, counts } = open.redact("logs", field(1, field(2, field(2, record))));
      expect(bytes.includes("jane")).toBe(false);
      expect(bytes.includes(Buffer.alloc(16, 0xa1))).toBe(true);
      expect(counts.withheld.get("depth") ?? 0).toBe(depth > 45 ? 1 : 0);
    },
  );

  test("invalid UTF-8 is withheld where it stands: values, keys, JSON strings", () => {
    const open = redactorOf("");
    for (const bad of [
      Buffer.from([0x61, 0xff]),
      Buffer.from('{"a":"x\\n\xff","b":1}', "latin1"),
      Buffer.from('{"\xff\\n":1}', "latin1"),
    ]) {
      const { bytes } = open.redactText(bad);
      expect(bytes.includes(0xff)).toBe(false);
      expect(bytes.toString()).toContain("[WITHHELD:");
    }
  });
});
