import { decodeRequest, SIGNALS, type Signal } from "@scrim/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRequest } from "../test/arbitrary-request.ts";
import { attribute, body, field, logs, value } from "../test/otlp.ts";
import { POLICIES, planOf } from "../test/plans.ts";
import { counted } from "../test/texts.ts";
import { createRedactor, type Redactor } from "./index.ts";

const REQUESTS = Object.fromEntries(SIGNALS.map((signal) => [signal, arbitraryRequest(signal)])) as Record<
  Signal,
  fc.Arbitrary<Buffer>
>;

describe.each(Object.entries(POLICIES))("any well-formed request, under %s", (name, yaml) => {
  const plan = planOf(yaml);
  // Budgets so small that random requests reach them.
  const limits = { ...plan.limits, value_bytes_max: 90, record_bytes_max: 120, record_nodes_max: 4 };
  const redactor = createRedactor(name.startsWith("small budgets") ? { ...plan, limits } : plan);

  test.each(SIGNALS)("%s: is redacted, decodes, and is not changed again", (signal) => {
    fc.assert(
      fc.property(REQUESTS[signal], (request) => {
        const before = Buffer.from(request);
        const once = redactor.redact(signal, request);
        expect(request.equals(before), "the input was written to").toBe(true);
        decodeRequest(signal, once.bytes);
        const twice = redactor.redact(signal, once.bytes);
        expect(decodeRequest(signal, twice.bytes)).toEqual(decodeRequest(signal, once.bytes));
        expect(twice.bytes, "the same buffer").toBe(once.bytes);
        expect(counted(twice)).toBe("");
      }),
      { numRuns: 150 },
    );
  });
});

describe("any bytes", () => {
  const redactor = createRedactor(planOf(""));

  test.each(SIGNALS)("%s: are redacted, or refused with the byte offset", (signal) => {
    const cuts = fc
      .tuple(REQUESTS[signal], fc.nat())
      .map(([bytes, at]) => bytes.subarray(0, at % (bytes.length + 1)));
    const flips = fc.tuple(REQUESTS[signal], fc.nat(), fc.nat(255)).map(([bytes, at, byte]) => {
      const flipped = Buffer.from(bytes);
      if (flipped.length > 0) flipped[at % flipped.length] = byte;
      return flipped;
    });
    const anything = fc.uint8Array().map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(anything, cuts, flips), (bytes) => {
        expectRefusalOrResult(redactor, signal, bytes);
      }),
      { numRuns: 1000 },
    );
  });

  function expectRefusalOrResult(redactorUnderTest: Redactor, signal: Signal, bytes: Buffer): void {
    try {
      redactorUnderTest.redact(signal, bytes);
    } catch (error) {
      const { code, path } = error as { readonly code?: string; readonly path?: string };
      expect(["WIRE_TRUNCATED", "WIRE_MALFORMED", "TOO_DEEP"]).toContain(code);
      expect(path).toMatch(/^byte \d+$/);
      expect(Number(path!.slice("byte ".length))).toBeLessThanOrEqual(bytes.length);
    }
  }

  test("a refused batch leaves nothing behind for the next", () => {
    const secret = attribute("user.email", value.string("jane@leak.example"));
    const broken = Buffer.concat([
      logs(secret, body(value.string("jane@leak.example"))),
      Buffer.of(0x0a, 0x7f),
    ]);
    const harmless = logs(body(value.string("fine")));
    expect(() => redactor.redact("logs", broken)).toThrow("the message ends inside 127 bytes");
    const { bytes, counts } = redactor.redact("logs", harmless);
    expect(bytes).toBe(harmless);
    expect(counts.redacted.size).toBe(0);
  });

  test("108: text outside of UTF-8 never leaves", () => {
    const bad = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(bad, fc.constantFrom("k", "password", "url.full"), (bytes, key) => {
        const request = logs(
          Buffer.concat([attribute(key, value.string(bytes)), attribute(bytes, value.int(1n))]),
        );
        const redacted = redactor.redact("logs", request).bytes;
        expect(JSON.stringify(decodeRequest("logs", redacted))).not.toContain("\ufffd");
      }),
      { numRuns: 500 },
    );
  });
});

describe("a request with nothing to redact is the very buffer that came", () => {
  test.each<[name: string, request: Buffer]>([
    ["nothing", Buffer.alloc(0)],
    ["plain values", logs(Buffer.concat([attribute("k", value.string("v")), body(value.string("fine"))]))],
    [
      "labels",
      logs(
        Buffer.concat([
          attribute("password", value.string("[REDACTED:credential]")),
          body(value.string("to [REDACTED:email]")),
        ]),
      ),
    ],
    [
      "JSON and URLs",
      logs(
        Buffer.concat([
          attribute("url.full", value.string("https://h/?a=1")),
          body(value.string('{"a":[1,"b\\n"]}')),
        ]),
      ),
    ],
    ["a field in more bytes than it needs", Buffer.of(0x0a, 0x80, 0x00)],
  ])("%s", (_, request) => {
    const redaction = createRedactor(planOf("")).redact("logs", request);
    expect(redaction.bytes).toBe(request);
    expect(counted(redaction)).toBe("");
  });
});

test("what was counted is what was done", () => {
  const mail = value.string("jane@leak.example");
  const record = Buffer.concat([
    attribute("k", mail),
    attribute("password", value.string("x")),
    attribute("password", value.int(7n)),
    attribute("client.address", value.string("203.0.113.7")),
    attribute("jane@leak.example", value.int(1n)),
    field(999, "unknown"),
  ]);
  const redaction = createRedactor(planOf("")).redact("logs", logs(record));
  expect(counted(redaction).split(", ").sort()).toEqual([
    "1 client_address/generalize",
    "1 direct_identifier/mask",
    "1 dropped",
    "1 key/mask",
    "1 type changes",
    "2 credential/mask",
  ]);
});

test("two policies in one process don't share what they know", () => {
  const request = logs(attribute("k", value.string("v")));
  const masking = createRedactor(planOf("unknown: mask"));
  const scanning = createRedactor(planOf(""));
  expect(masking.redact("logs", request).bytes).not.toBe(request);
  expect(scanning.redact("logs", request).bytes).toBe(request);
});
