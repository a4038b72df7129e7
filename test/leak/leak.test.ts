import { compilePolicy, defaultPlan, parsePolicy } from "@scrim/policy";
import { createRedactor } from "@scrim/redact";
import { REQUEST_TYPES, SIGNALS } from "@scrim/wire";
import { describe, expect, test } from "vitest";
import { CANARIES, type Canary, card } from "./canaries.ts";
import { len, plantMessage, varint } from "./plant.ts";

const redactor = createRedactor(defaultPlan());

test("every kind of finding of the first dozen detectors has a canary", () => {
  const types = new Set(Object.values(CANARIES).map((make) => make(1).type));
  for (const type of ["email", "phone", "credit_card", "iban", "ip_address", "us_ssn", "jwt", "private_key"])
    expect(types).toContain(type);
  for (const type of ["url_credentials", "password", "generic_secret"]) expect(types).toContain(type);
  for (const vendor of ["aws", "github", "slack", "stripe", "google"])
    expect(types).toContain(`api_key:${vendor}`);
});

test.each(Object.entries(CANARIES))("canary %s is what its detector finds", (_, make) => {
  for (const n of [1, 7, 60, 299]) {
    const { text, secret, type } = make(n);
    const { findings } = defaultPlan().scanner.scan(Buffer.from(text));
    const found = findings.filter((finding) => finding.detector.type === type);
    expect(
      found.some(
        ({ start, end }) =>
          text.slice(start, end).includes(secret) || secret.includes(text.slice(start, end)),
      ),
      text,
    ).toBe(true);
  }
});

describe.each(SIGNALS)("%s", (signal) => {
  const type = REQUEST_TYPES[signal];

  test.each(Object.keys(CANARIES))("133: no canary of type %s survives in any text-bearing field", (name) => {
    const planted: { path: string; canary: Canary }[] = [];
    const request = plantMessage(type, (path) => {
      const canary = CANARIES[name]!(planted.length + 1);
      planted.push({ path, canary });
      return canary.text;
    });
    expect(new Set(planted.map(({ path }) => path)).size, "fields planted in").toBeGreaterThan(30);
    const { bytes } = redactor.redact(signal, request);
    const survivors = planted.filter(({ canary }) => bytes.includes(canary.secret)).map(({ path }) => path);
    expect(survivors).toEqual([]);
  });

  test("114: the sentence around a canary survives byte for byte, in every field", () => {
    const plant = (mail: string) => {
      let keys = 0;
      return plantMessage(type, (_, field) => {
        if (field.role === "opaque") return ""; // what can't be looked into does not survive at all
        return field.role === "key" ? `k${keys++}` : `before ${mail} after`;
      });
    };
    const { bytes } = redactor.redact(signal, plant("jane@leak.example"));
    expect(bytes.equals(plant("[REDACTED:email]"))).toBe(true);
  });

  test("no card survives as a number or as bytes, wherever a value stands", () => {
    const number = BigInt(card(77));
    const request = plantMessage(type, (_, field) => (field.type === "bytes" ? `card ${number}` : "text"), {
      int: number,
    });
    expect(request.includes(varint(number)), "planted").toBe(true);
    const { bytes } = redactor.redact(signal, request);
    expect(bytes.includes(varint(number)), "as an integer").toBe(false);
    expect(bytes.includes(String(number)), "as bytes").toBe(false);
  });

  test("114: a request without anything sensitive leaves as the buffer that came", () => {
    let n = 0;
    const harmless = plantMessage(type, (_, field) =>
      field.role === "opaque" ? "" : `item ${++n} took 17 ms`,
    );
    expect(redactor.redact(signal, harmless).bytes).toBe(harmless);
  });

  test("redacting twice changes nothing more", () => {
    for (const name of Object.keys(CANARIES)) {
      let n = 0;
      const once = redactor.redact(
        signal,
        plantMessage(type, () => CANARIES[name]!(++n).text),
      ).bytes;
      expect(redactor.redact(signal, once).bytes.equals(once), name).toBe(true);
    }
  });

  test("104: unknown fields are dropped at every level, and counted", () => {
    const canary = len(999, Buffer.from("canary1@leak.example"));
    const withUnknown = Buffer.concat([
      canary,
      len(1, Buffer.concat([canary, len(2, Buffer.concat([canary, len(2, canary)]))])),
    ]);
    const { bytes, counts } = redactor.redact(signal, withUnknown);
    expect(bytes.includes("canary1")).toBe(false);
    expect(counts.dropped_fields).toBe(4);
  });
});

/** A log record with one attribute. */
function record(...fields: Buffer[]): Buffer {
  return len(1, len(2, len(2, Buffer.concat(fields))));
}

const LOG_ATTRIBUTES = 6;
const key = (text: string) => len(1, Buffer.from(text));
const text = (value: string) => len(1, Buffer.from(value));

test.each<[string, Buffer, string]>([
  [
    "a key behind its value",
    record(len(LOG_ATTRIBUTES, Buffer.concat([len(2, text("open sesame")), key("password")]))),
    "open sesame",
  ],
  [
    "two keys, the second sensitive",
    record(len(LOG_ATTRIBUTES, Buffer.concat([key("note"), key("password"), len(2, text("open sesame"))]))),
    "open sesame",
  ],
  [
    "two keys, the first sensitive",
    record(len(LOG_ATTRIBUTES, Buffer.concat([key("password"), key("note"), len(2, text("open sesame"))]))),
    "open sesame",
  ],
  [
    "two values",
    record(
      len(
        LOG_ATTRIBUTES,
        Buffer.concat([key("password"), len(2, text("first")), len(2, text("open sesame"))]),
      ),
    ),
    "open sesame",
  ],
  [
    "a oneof set twice",
    record(
      len(
        LOG_ATTRIBUTES,
        Buffer.concat([
          key("password"),
          len(2, Buffer.concat([text("open sesame"), Buffer.from([0x10, 1])])),
        ]),
      ),
    ),
    "open sesame",
  ],
  [
    "a string behind a string index",
    record(
      len(
        LOG_ATTRIBUTES,
        Buffer.concat([
          key("note"),
          len(2, Buffer.concat([text("jane@leak.example"), Buffer.from([0x40, 1])])),
        ]),
      ),
    ),
    "jane@leak.example",
  ],
  [
    "a card as an integer",
    record(
      len(
        LOG_ATTRIBUTES,
        Buffer.concat([key("ref"), len(2, Buffer.concat([Buffer.from([0x18]), varint(BigInt(card(7)))]))]),
      ),
    ),
    varint(BigInt(card(7))).toString("latin1"),
  ],
  [
    "text in a group",
    record(
      Buffer.concat([Buffer.from([0x0b]), len(2, Buffer.from("jane@leak.example")), Buffer.from([0x0c])]),
    ),
    "jane@leak.example",
  ],
  [
    "text in a trace id of the wrong length",
    record(len(9, Buffer.from("jane@leak.example"))),
    "jane@leak.example",
  ],
  ["a card as a trace id", record(len(9, Buffer.from(card(9)))), card(9)],
  [
    "a field with another wire type than it should have",
    record(len(1, Buffer.from("jane@leak.example"))),
    "jane@leak.example",
  ],
  [
    "a length that is longer than it need be",
    record(Buffer.concat([Buffer.from([0x1a, 0x91, 0x80, 0x00]), Buffer.from("jane@leak.example")])),
    "jane@leak.example",
  ],
])("107: does not survive: %s", (_, request, secret) => {
  const { bytes } = redactor.redact("logs", request);
  expect(bytes.includes(Buffer.from(secret, "latin1"))).toBe(false);
});

test("111: a name that only its key gives away does not survive as a string index in a profile", () => {
  const dictionary = Buffer.concat([
    ...["", "user.full_name", "Jane Doe", "main.loop"].map((entry) => len(5, Buffer.from(entry))),
    len(6, Buffer.concat([Buffer.from([0x08, 1]), len(2, Buffer.from([0x40, 2]))])),
  ]);
  const { bytes } = redactor.redact("profiles", len(2, dictionary));
  expect(bytes.includes("Jane Doe")).toBe(false);
  expect(bytes.includes("main.loop")).toBe(true);
  expect(redactor.redact("profiles", bytes).bytes.equals(bytes)).toBe(true);
});

test("the leak check sees a leak: a policy that keeps everything lets canaries through", () => {
  const open = createRedactor(
    compilePolicy([
      parsePolicy(
        'version: 1\nunknown: keep\nbody: keep\nrules: [{ attribute: "*", action: keep }]\ndetectors: { use: [] }\n',
        "open.yaml",
      ),
    ]),
  );
  const canary = CANARIES.email!(1);
  const request = plantMessage(REQUEST_TYPES.logs, () => canary.text);
  expect(open.redact("logs", request).bytes.includes(canary.secret)).toBe(true);
});
