import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nestedJson } from "../../packages/gateway/testing/otlp.ts";
import { sendRaw } from "../../packages/gateway/testing/raw-http.ts";
import { readCorpus } from "../fuzz/corpus.ts";
import {
  type AttackedGateway,
  CAN_MEASURE,
  expectBounded,
  LIMIT_BYTES,
  post,
  startAttacked,
  statusOf,
} from "./attacked-gateway.ts";
import { attributeOf, bodyOf, field, filled, lists, maps, record, recordOfKeys, stringOf } from "./shapes.ts";

const JSON_TYPE = { "content-type": "application/json" };
const json = (text: string | Buffer) => post(Buffer.from(text), JSON_TYPE);
const jsonRecord = (members: string) =>
  json(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{${members}}]}]}]}`);

/** Bytes for what an attack fills: with its frame it stays within the limit. */
const ROOM = LIMIT_BYTES - 1_024;
const times = (count: number, make: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => make(n)).join(",");

/** Processor time grows with messages and keys rather than bytes: an empty attribute has two bytes. */
const WIDE = 60;

type Shape = readonly [name: string, request: () => Buffer, status: number, cpuFactor?: number];

const NESTED: readonly Shape[] = [
  ...[99, 100, 101, 200_000].flatMap((levels): Shape[] => [
    [`${levels} lists in protobuf`, () => post(record(bodyOf(lists(levels)))), 200],
    [`${levels} maps in protobuf`, () => post(record(bodyOf(maps(levels)))), 200],
  ]),
  ["lists in JSON as deep as is read", () => json(nestedJson(47)), 200],
  ["lists in JSON one level deeper", () => json(nestedJson(48)), 400],
  [
    "a million brackets under an unknown key",
    () => json(`{"x":${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}}`),
    400,
  ],
  ["a million braces without an end", () => json('{"x":'.repeat(800_000)), 400],
  [
    "a million groups",
    () => post(Buffer.concat([filled(Buffer.of(0x0b), 1_000_000), filled(Buffer.of(0x0c), 1_000_000)])),
    400,
  ],
  ["JSON in a string, a million levels", () => post(record(bodyOf(stringOf(filled('{"a":', ROOM))))), 200],
];

const WIDTH: readonly Shape[] = [
  [
    "a million empty records",
    () => post(field(1, field(2, filled(Buffer.of(0x12, 0), 2_000_000)))),
    200,
    WIDE,
  ],
  ["a million empty resources", () => post(filled(Buffer.of(0x0a, 0), 2_000_000)), 200, WIDE],
  [
    "300,000 unknown members whose keys are integers",
    () => json(`{${times(300_000, (n) => `"${n}":0`)}}`),
    200,
    WIDE,
  ],
  [
    "a string of four megabytes",
    () => post(record(bodyOf(stringOf(filled("an ordinary word ", ROOM))))),
    200,
  ],
];

/** Refused by the receiver's limits. Wider ones let them through to the policy, which has to bear them, too. */
const OVER_LIMITS: readonly (readonly [name: string, request: () => Buffer])[] = [
  ["a million empty attributes", () => post(record(filled(Buffer.of(0x32, 0), 2_000_000)))],
  ["150,000 attributes with a key each", () => post(recordOfKeys(150_000))],
  [
    "90,000 attributes in JSON whose keys are integers",
    () => jsonRecord(`"attributes":[${times(90_000, (n) => `{"key":"${n}","value":{}}`)}]`),
  ],
  ["a key of four megabytes", () => post(record(attributeOf("k".repeat(ROOM), stringOf("v"))))],
  ["a key of a million parts", () => post(record(attributeOf("a.".repeat(ROOM / 2), stringOf("v"))))],
];
const WIDER_LIMITS = "max_attributes_per_item: 1000000, max_key_size: 4MiB";

const JSON_TRAPS: readonly Shape[] = [
  ["an integer of a million digits", () => jsonRecord(`"body":{"intValue":${"1".repeat(1_000_000)}}`), 400],
  [
    "a fraction of a million digits",
    () => jsonRecord(`"body":{"doubleValue":0.${"1".repeat(1_000_000)}}`),
    200,
  ],
  [
    "an exponent of a million digits",
    () => jsonRecord(`"body":{"doubleValue":1e${"9".repeat(1_000_000)}}`),
    400,
  ],
  ["1e400", () => jsonRecord('"body":{"doubleValue":1e400}'), 400],
  ["NaN without quotes", () => jsonRecord('"body":{"doubleValue":NaN}'), 400],
  ["a known key twice", () => jsonRecord('"body":{"stringValue":"a"},"body":{"stringValue":"b"}'), 400],
  ["two members of a oneof", () => jsonRecord('"body":{"stringValue":"a","intValue":1}'), 400],
  ["an id that is no hex", () => jsonRecord('"traceId":"zz"'), 400],
  ["bytes that are no base64", () => jsonRecord('"body":{"bytesValue":"*"}'), 400],
  ["a lone surrogate", () => jsonRecord(String.raw`"body":{"stringValue":"\ud800"}`), 200],
  ["a byte order mark", () => json("\ufeff{}"), 400],
  ["UTF-16", () => json(Buffer.from("{}", "utf16le")), 400],
  ["a comment", () => json("{/* */}"), 400],
  [
    "names of JavaScript's own",
    () => json('{"__proto__":{"resourceLogs":1},"constructor":{"prototype":{}}}'),
    200,
  ],
  [
    "a million escapes",
    () => jsonRecord(`"body":{"stringValue":"${String.raw`\u0041`.repeat(500_000)}"}`),
    200,
  ],
];

/** What each reader of texts, and each atom of a detector, would look at again and again if it were careless. */
const TEXTS: readonly (readonly [key: string, text: string])[] = [
  ["note", "@"],
  ["note", "a@a."],
  ["note", "4111 "],
  ["note", "1"],
  ["note", "-----BEGIN "],
  ["note", "eyJ"],
  ["note", "password="],
  ["note", "token: "],
  ["note", "%2525"],
  ["note", "&#"],
  ["note", String.raw`\u`],
  ["note", String.raw`\\"`],
  ["note", "(((((((("],
  ["note", "a=b&c=d;"],
  ["note", "https://a:b@"],
  ["note", "QUJD"],
  ["note", "ａｂ\u200b"],
  ["note", "\u{e0041}"],
  ["note", "<a b='c'>"],
  ["note", "\n  at "],
  ["url.full", "http://a/?"],
  ["url.query", "a=%40&"],
  ["db.query.text", "' -- /* \" "],
  ["db.query.text", "$$a$$ E'\\' "],
  ["http.request.header.cookie", "a=b; c"],
  ["http.request.body.content", '[{"a":"'],
  ["process.command_line", "--a='b \" "],
];

async function attack(
  gateway: AttackedGateway,
  bytes: Buffer,
  status: number,
  cpuFactor?: number,
): Promise<void> {
  let answers: readonly unknown[] = [];
  const cost = await gateway.measure(async () => {
    answers = await gateway.sendAll(bytes);
  });
  expect(new Set(answers)).toEqual(new Set([status]));
  expectBounded(cost, gateway, cpuFactor);
  await gateway.expectUnharmed();
}

describe.skipIf(!CAN_MEASURE)("a gateway with wider limits", { timeout: 300_000 }, () => {
  let gateway: AttackedGateway;
  beforeAll(async () => {
    gateway = await startAttacked({ limits: WIDER_LIMITS });
  }, 300_000);
  afterAll(() => gateway.stop());

  test.for(OVER_LIMITS)("3: %s, with wider limits", ([, request]) => attack(gateway, request(), 200, WIDE));
});

describe.skipIf(!CAN_MEASURE)("a gateway in a process of its own", { timeout: 300_000 }, () => {
  let gateway: AttackedGateway;
  beforeAll(async () => {
    gateway = await startAttacked();
  }, 300_000);
  afterAll(() => gateway.stop());

  test.for([...NESTED, ...WIDTH])("3: %s", ([, request, status, cpuFactor]) =>
    attack(gateway, request(), status, cpuFactor),
  );
  test.for(OVER_LIMITS)("3: %s, over the limits", ([, request]) => attack(gateway, request(), 400));
  test.for(JSON_TRAPS)("5: %s", ([, request, status]) => attack(gateway, request(), status));

  test.each(["wire-walk", "wire-decode", "wire-splice", "redact-request"])(
    "4: every input of the corpus of %s is answered 200 or 400",
    async (parser) => {
      const corpus = readCorpus(parser);
      expect(corpus.length).toBeGreaterThan(10);
      const PATHS = { logs: "/v1/logs", traces: "/v1/traces", metrics: "/v1/metrics" } as const;
      const cost = await gateway.measure(async () => {
        for (const { variant, bytes } of corpus) {
          const path = PATHS[variant.split(" ")[0] as keyof typeof PATHS] ?? "/v1/logs";
          const status = await sendRaw(gateway.port, [post(bytes, undefined, path)]).then(statusOf);
          expect([200, 400]).toContain(status);
        }
      });
      expectBounded(cost, gateway);
      await gateway.expectUnharmed();
    },
  );

  test.each(TEXTS)("12: four megabytes of one text, under %s: %j", (key, text) => {
    const share = Math.floor(ROOM / 16 / 8) * 8; // within what one value may have
    const values = Array.from({ length: 15 }, () => attributeOf(key, stringOf(filled(text, share))));
    return attack(gateway, post(Buffer.concat(values.map((value) => record(value)))), 200, WIDE);
  });

  test("41310: keys that never repeat fill what is remembered up to a bound", async () => {
    let n = 0;
    const flood = async () => {
      for (let round = 0; round < 4; round++) {
        const attributes = Array.from({ length: 20_000 }, () =>
          attributeOf(`flood.${n++}.of.keys`, stringOf(`value ${n}`)),
        );
        expect(
          await sendRaw(gateway.port, [post(Buffer.concat(attributes.map((one) => record(one))))]).then(
            statusOf,
          ),
        ).toBe(200);
      }
    };
    const first = await gateway.measure(flood);
    await gateway.measure(flood);
    const third = await gateway.measure(flood);
    expect(third.peakBytes / first.peakBytes).toBeLessThan(1.2);
    await gateway.expectUnharmed();
  });
});
