import type { ErrorCode } from "@scrim/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryMessage } from "../test/arbitrary-message.ts";
import { codeOf } from "../test/error-of.ts";
import { secondDecoder } from "../test/second-decoder.ts";
import { encodeParts, onlyKnown, wrap } from "../test/wire-model.ts";
import { decodeRequest, type JsonObject, REQUEST_TYPES, SIGNALS, type Signal } from "./index.ts";

type Decode = (signal: Signal, bytes: Uint8Array) => JsonObject;

const SECOND: Readonly<Record<Signal, (bytes: Uint8Array) => JsonObject>> = {
  logs: secondDecoder(REQUEST_TYPES.logs),
  traces: secondDecoder(REQUEST_TYPES.traces),
  metrics: secondDecoder(REQUEST_TYPES.metrics),
  profiles: secondDecoder(REQUEST_TYPES.profiles),
};

const FRAMING_ERRORS: readonly (ErrorCode | undefined)[] = ["WIRE_MALFORMED", "WIRE_TRUNCATED"];

describe.each(SIGNALS)("%s", (signal) => {
  const messages = arbitraryMessage(REQUEST_TYPES[signal], { unknown: true });
  const shortMessages = messages.filter((parts) => encodeParts(parts).length <= 500);

  test("107, 109: random messages read as protobufjs reads them", () => {
    fc.assert(agreement(signal, decodeRequest), { numRuns: 300 });
  });

  test("103, 104: unknown fields of any wire type at any level change nothing", () => {
    fc.assert(
      fc.property(messages, (parts) => {
        const clean = encodeParts(onlyKnown(parts));
        expect(decodeRequest(signal, encodeParts(parts))).toEqual(decodeRequest(signal, clean));
      }),
    );
  });

  test("105: every cut of a message is an error, or a whole message to protobufjs as well", () => {
    fc.assert(
      fc.property(shortMessages, (parts) => {
        const bytes = encodeParts(parts);
        for (let end = 0; end < bytes.length; end++) {
          const cut = bytes.subarray(0, end);
          const code = codeOf(() => decodeRequest(signal, cut));
          if (code === undefined) expect(decodeRequest(signal, cut)).toEqual(SECOND[signal](cut));
          else expect(FRAMING_ERRORS).toContain(code);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("105: a message with one byte changed is an error, or reads as protobufjs reads it", () => {
    fc.assert(
      fc.property(messages, fc.nat(), fc.nat(255), (parts, at, byte) => {
        const bytes = encodeParts(parts);
        if (bytes.length === 0) return;
        bytes[at % bytes.length] = byte;
        const code = codeOf(() => decodeRequest(signal, bytes));
        if (code === undefined) expect(decodeRequest(signal, bytes)).toEqual(SECOND[signal](bytes));
        else expect(FRAMING_ERRORS).toContain(code);
      }),
      { numRuns: 1000 },
    );
  });

  test("105: any bytes are read, or refused with a code", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const code = codeOf(() => decodeRequest(signal, bytes));
        expect([undefined, ...FRAMING_ERRORS]).toContain(code);
      }),
    );
  });
});

test("the comparison with protobufjs catches a decoder that takes a zero for nothing", () => {
  const forgetful: Decode = (signal, bytes) =>
    JSON.parse(JSON.stringify(decodeRequest(signal, bytes)), (name, value) =>
      name === "intValue" && value === "0" ? undefined : value,
    );
  expect(fc.check(agreement("logs", forgetful), { numRuns: 2000, endOnFailure: true }).failed).toBe(true);
});

/** `hex` is the payload of one LogRecord. */
const RECORDS: readonly (readonly [name: string, hex: string, record: JsonObject])[] = [
  ["107: the last of two scalars counts", "1a0161 1a0162", { severityText: "b" }],
  ["107: a default after a value removes it", "1a0161 1a00", {}],
  [
    "107: embedded messages merge",
    "2a042a020a00 2a042a020a00",
    { body: { arrayValue: { values: [{}, {}] } } },
  ],
  ["107: a later member of a oneof replaces an earlier", "2a050a01611001", { body: { boolValue: true } }],
  ["107: also across copies of its message", "2a030a0161 2a021001", { body: { boolValue: true } }],
  ["108: invalid UTF-8 becomes U+FFFD", "1a0361ff62", { severityText: "a\ufffdb" }],
  ["109: an enum sign-extended to ten bytes", "10ffffffffffffffffff01", { severityNumber: -1 }],
  ["109: a bool of 2^63", "2a0b1080808080808080808001", { body: { boolValue: true } }],
  ["109: a bool of a long zero", "2a0a10808080808080808000", { body: { boolValue: false } }],
  ["109: a varint longer than it need be", "108980808000", { severityNumber: 9 }],
  ["110: a string index is there to be dropped later", "2a024007", { body: { stringValueStrindex: 7 } }],
  ["112: an empty value", "2a00", { body: {} }],
  ["an id of a wrong length keeps its bytes", "4a03616263", { traceId: "616263" }],
  ["a known field of another wire type is unknown", "18051a0161", { severityText: "a" }],
  ["minus zero keeps its sign", "2a09210000000000000080", { body: { doubleValue: "-0" } }],
  ["infinity is a word", "2a0921000000000000f0ff", { body: { doubleValue: "-Infinity" } }],
  ["a member of a oneof that holds its default is there", "2a021800", { body: { intValue: "0" } }],
];

test.each(RECORDS)("%s, in a log record", (_name, hex, record) => {
  const bytes = inLogRequest(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  expect(decodeRequest("logs", bytes)).toEqual({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
  expect(SECOND.logs(bytes), "protobufjs agrees").toEqual(decodeRequest("logs", bytes));
});

test.each([
  ["packed", "0a020102"],
  ["unpacked", "08010802"],
  ["both, with nothing packed between", "0a01010a000802"],
])("106: repeated numbers are read %s", (_name, hex) => {
  const stack = Buffer.from(hex, "hex"); // Stack.location_indices
  const bytes = wrap(stack, 0x3a, 0x12); // in ProfilesDictionary.stack_table, in the request
  const expected = { dictionary: { stackTable: [{ locationIndices: [1, 2] }] } };
  expect(decodeRequest("profiles", bytes)).toEqual(expected);
});

const REJECTED: readonly (readonly [name: string, hex: string, code: ErrorCode])[] = [
  ["a child longer than its parent", "22020a056162636465", "WIRE_TRUNCATED"],
  ["a string that ends early", "1a7f616263", "WIRE_TRUNCATED"],
  ["a group that never ends", "1b", "WIRE_TRUNCATED"],
  ["a reserved wire type", "1e00", "WIRE_MALFORMED"],
];

test.each(REJECTED)("105: %s is refused", (_name, hex, code) => {
  expect(codeOf(() => decodeRequest("logs", inLogRequest(Buffer.from(hex, "hex"))))).toBe(code);
});

test.each([
  ["a varint without an end", "0a0180", "WIRE_TRUNCATED"],
  ["a varint of eleven bytes", "0a0b8080808080808080808000", "WIRE_MALFORMED"],
])("105: packed numbers with %s are refused", (_name, hex, code) => {
  expect(codeOf(() => decodeRequest("profiles", wrap(Buffer.from(hex, "hex"), 0x3a, 0x12)))).toBe(code);
});

test("packed numbers of eight bytes with a few left over are refused", () => {
  const bounds = Buffer.concat([Buffer.of(0x3a, 9), Buffer.alloc(9)]); // HistogramDataPoint.explicit_bounds
  const bytes = wrap(bounds, 0x0a, 0x4a, 0x12, 0x12, 0x0a);
  expect(codeOf(() => decodeRequest("metrics", bytes))).toBe("WIRE_TRUNCATED");
});

test("32: messages nest up to 100 levels", () => {
  // The body is on the fifth level; each list adds itself and the value in it.
  expect(codeOf(() => decodeRequest("logs", nestedLists(47)))).toBeUndefined();
  expect(codeOf(() => decodeRequest("logs", nestedLists(48)))).toBe("TOO_DEEP");
  expect(codeOf(() => decodeRequest("logs", nestedLists(1000)))).toBe("TOO_DEEP");
});

/** A logs request whose body is a value in `depth` lists, one in the other. */
function nestedLists(depth: number): Buffer {
  let value: Buffer = Buffer.of(0x10, 1); // AnyValue.bool_value
  for (let level = 0; level < depth; level++) value = wrap(value, 0x0a, 0x2a); // ArrayValue.values, array_value
  return inLogRequest(wrap(value, 0x2a));
}

function inLogRequest(record: Buffer): Buffer {
  return wrap(record, 0x12, 0x12, 0x0a);
}

function agreement(signal: Signal, decode: Decode): fc.IProperty<unknown> {
  return fc.property(arbitraryMessage(REQUEST_TYPES[signal], { unknown: true }), (parts) => {
    const bytes = encodeParts(parts);
    expect(decode(signal, bytes)).toEqual(SECOND[signal](bytes));
  });
}
