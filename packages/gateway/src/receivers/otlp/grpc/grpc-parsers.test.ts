import fc from "fast-check";
import { expect, test } from "vitest";
import { headerOf, headersOf, SEVERAL } from "../incoming-request.ts";
import { Refusal } from "../refusal.ts";
import { answerHealth } from "./health.ts";
import { openMessage } from "./open-message.ts";
import { percentEncode } from "./percent-encode.ts";
import { parseTimeout } from "./timeout.ts";

const RESERVE = { take: () => {} };
const LIMIT = 1_000;

const ENDPOINT = {
  operations: new Map(),
  request_bytes_max: LIMIT,
  response_bytes_max: LIMIT,
  read_timeout_ms: 1,
  authenticator: undefined,
  cors: undefined,
};

function read(pieces: readonly Uint8Array[], compression: "identity" | "gzip" = "identity") {
  const head = {
    operation: { kind: "health" },
    encoding: "protobuf",
    compression,
    announcedBytes: 0,
    timeoutMs: undefined,
  } as const;
  const sink = openMessage(head, ENDPOINT, RESERVE);
  for (const piece of pieces) sink.append(piece);
  return sink.take();
}

function framed(flag: number, message: Uint8Array): Buffer {
  const bytes = Buffer.alloc(5 + message.length);
  bytes[0] = flag;
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, 5);
  return bytes;
}

/** Bytes cut at any places. */
const cutAnywhere = (bytes: Uint8Array, cuts: readonly number[]) => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return places.slice(1).map((end, n) => bytes.subarray(places[n], end));
};

test("any message in any pieces: comes out as it was, and says whether it is compressed", () => {
  const property = fc.property(
    fc.uint8Array({ maxLength: LIMIT }),
    fc.array(fc.nat(), { maxLength: 10 }),
    fc.boolean(),
    (message, cuts, isCompressed) => {
      const sent = read(cutAnywhere(framed(isCompressed ? 1 : 0, message), cuts), "gzip");
      expect(Buffer.compare(sent.bytes, message)).toBe(0);
      expect(sent.compression).toBe(isCompressed ? "gzip" : "identity");
    },
  );
  fc.assert(property);
});

test("any bytes in any pieces: one message exactly, or a refusal that memory was not taken for", () => {
  const property = fc.property(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(fc.nat(), { maxLength: 5 }),
    (bytes, cuts) => {
      const buffer = Buffer.from(bytes);
      const isOne = bytes.length >= 5 && bytes[0] === 0 && buffer.readUInt32BE(1) === bytes.length - 5;
      let outcome: unknown;
      try {
        outcome = read(cutAnywhere(bytes, cuts)).bytes.length;
      } catch (error) {
        outcome = error;
      }
      if (isOne) expect(outcome).toBe(bytes.length - 5);
      else expect(outcome).toMatchObject({ name: expect.stringMatching(/^(Refusal|OperatingError)$/) });
    },
  );
  fc.assert(property);
});

test("23: a prefix over the limit takes no memory", () => {
  let taken = 0;
  const head = {
    operation: { kind: "health" },
    encoding: "protobuf",
    compression: "identity",
    announcedBytes: 0,
    timeoutMs: undefined,
  } as const;
  const sink = openMessage(head, ENDPOINT, { take: (bytes) => void (taken += bytes) });
  expect(() => sink.append(Buffer.of(0, 0, 0, 0x03, 0xe9))).toThrow(
    expect.objectContaining({ code: "TOO_LARGE" }),
  );
  expect(taken).toBe(0);
});

test("64: any text becomes printable ASCII that decodes to the same", () => {
  const property = fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
    const wellFormed = text.toWellFormed();
    const encoded = percentEncode(wellFormed);
    expect(encoded).toMatch(/^[\x20-\x7e]*$/);
    expect(decodeURIComponent(encoded)).toBe(wellFormed);
  });
  fc.assert(property);
});

test("63: any text is a timeout by the grammar, or none", () => {
  expect(parseTimeout("1H")).toBe(3_600_000);
  expect(parseTimeout("2M")).toBe(120_000);
  expect(parseTimeout("3S")).toBe(3_000);
  expect(parseTimeout("4m")).toBe(4);
  expect(parseTimeout("5u")).toBeCloseTo(0.005);
  expect(parseTimeout("6n")).toBeCloseTo(0.000006);
  const property = fc.property(fc.string({ maxLength: 12 }), (text) => {
    expect(parseTimeout(text) !== undefined).toBe(/^[0-9]{1,8}[HMSmun]$/.test(text));
  });
  fc.assert(property);
});

test("68: any bytes to the health service: an answer, or a refusal", () => {
  const property = fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
    try {
      expect(answerHealth(Buffer.from(bytes), true)).toEqual(Buffer.of(0x08, 1));
    } catch (error) {
      expect(error).toMatchObject({ name: expect.stringMatching(/^(Refusal|OperatingError)$/) });
    }
  });
  fc.assert(property);
  expect(answerHealth(Buffer.alloc(0), false)).toEqual(Buffer.of(0x08, 2));
  expect(() => answerHealth(Buffer.concat([Buffer.of(0x0a, 1), Buffer.from("x")]), true)).toThrow(Refusal);
});

test("headers are found without regard to case, and several of a name are told from one", () => {
  const request = { headers: ["A", "1", "b", "2", "a", "3"] };
  expect([headerOf(request, "a"), headerOf(request, "b"), headerOf(request, "c")]).toEqual([
    SEVERAL,
    "2",
    undefined,
  ]);
  expect(headersOf(request, "a")).toEqual(["1", "3"]);
});
