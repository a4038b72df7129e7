import type { ErrorCode } from "@scrim/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryMessage } from "../test/arbitrary-message.ts";
import { codeOf, errorOf } from "../test/error-of.ts";
import { encodeParts } from "../test/wire-model.ts";
import { DEPTH_MAX, FieldWalker, REQUEST_TYPES, SIGNALS } from "./index.ts";

interface Step {
  readonly field: number;
  readonly wire: number;
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

const REJECTED: readonly (readonly [name: string, bytes: readonly number[], code: ErrorCode])[] = [
  ["a length past the end", [0x0a, 0x7f, 0x61], "WIRE_TRUNCATED"],
  ["a length of almost 4 GiB", [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x61], "WIRE_TRUNCATED"],
  ["a length over 32 bits", [0x0a, 0x80, 0x80, 0x80, 0x80, 0x10], "WIRE_MALFORMED"],
  ["a length without an end", [0x0a, 0x80], "WIRE_TRUNCATED"],
  ["a tag without an end", [0x8a], "WIRE_TRUNCATED"],
  ["a tag over 32 bits", [0x88, 0x80, 0x80, 0x80, 0x10, 0x01], "WIRE_MALFORMED"],
  ["a tag of six bytes", [0x88, 0x80, 0x80, 0x80, 0x80, 0x00, 0x01], "WIRE_MALFORMED"],
  ["a length of six bytes", [0x0a, 0x81, 0x80, 0x80, 0x80, 0x80, 0x00, 0x61], "WIRE_MALFORMED"],
  ["a tag of eleven bytes", [0x88, ...Array(9).fill(0x80), 0x00, 0x01], "WIRE_MALFORMED"],
  ["field number 0", [0x02, 0x00], "WIRE_MALFORMED"],
  ["wire type 6", [0x0e, 0x00], "WIRE_MALFORMED"],
  ["wire type 7", [0x0f, 0x00], "WIRE_MALFORMED"],
  ["a varint without an end", [0x08, 0x80], "WIRE_TRUNCATED"],
  ["a varint of eleven bytes", [0x08, ...Array(10).fill(0x80), 0x00], "WIRE_MALFORMED"],
  ["a tag and nothing more", [0x08], "WIRE_TRUNCATED"],
  ["seven bytes for a fixed64", [0x09, 1, 2, 3, 4, 5, 6, 7], "WIRE_TRUNCATED"],
  ["three bytes for a fixed32", [0x0d, 1, 2, 3], "WIRE_TRUNCATED"],
  ["a group that never ends", [0x0b], "WIRE_TRUNCATED"],
  ["a group that never ends, with a field", [0x0b, 0x08, 0x01], "WIRE_TRUNCATED"],
  ["a group that ends as another", [0x0b, 0x14], "WIRE_MALFORMED"],
  ["groups that end in the wrong order", [0x0b, 0x13, 0x0c, 0x14], "WIRE_MALFORMED"],
  ["the end of a group that never began", [0x0c], "WIRE_MALFORMED"],
  ["field number 0 in a group", [0x0b, 0x00, 0x0c], "WIRE_MALFORMED"],
  ["wire type 6 in a group", [0x0b, 0x0e, 0x0c], "WIRE_MALFORMED"],
  ["a length past the end in a group", [0x0b, 0x0a, 0x05, 0x0c], "WIRE_TRUNCATED"],
  ["a varint without an end in a group", [0x0b, 0x08, 0x80], "WIRE_TRUNCATED"],
  ["101 groups in one another", [...Array(101).fill(0x0b), ...Array(101).fill(0x0c)], "TOO_DEEP"],
  ["a million groups in one another", Array(1_000_000).fill(0x0b), "TOO_DEEP"],
];

test.each(REJECTED)("105: walker rejects %s", (_name, bytes, code) => {
  expect(codeOf(() => steps(Uint8Array.from(bytes)))).toBe(code);
});

test("105: walker rejects a child longer than its parent where the child is read", () => {
  const bytes = Buffer.from("22020a056162636465", "hex"); // a message of two bytes that holds a string of five
  const walker = new FieldWalker();
  walker.enter(bytes, 0, bytes.length);
  walker.next();
  expect([walker.field, walker.start, walker.end]).toEqual([4, 2, 4]);
  walker.enter(bytes, walker.start, walker.end);
  const error = errorOf(() => walker.next());
  expect([error?.code, error?.path]).toEqual(["WIRE_TRUNCATED", "byte 4"]);
});

const ACCEPTED: readonly (readonly [name: string, hex: string, steps: readonly Step[]])[] = [
  ["nothing", "", []],
  ["an empty string", "0a00", [{ field: 1, wire: 2, tag: 0, start: 2, end: 2 }]],
  ["a varint longer than it need be", "0881808000", [{ field: 1, wire: 0, tag: 0, start: 1, end: 5 }]],
  ["a varint of ten bytes", "08ffffffffffffffffff01", [{ field: 1, wire: 0, tag: 0, start: 1, end: 11 }]],
  ["a length longer than it need be", "0a8180808000ff", [{ field: 1, wire: 2, tag: 0, start: 6, end: 7 }]],
  ["a tag longer than it need be", "8a8080800000", [{ field: 1, wire: 2, tag: 0, start: 6, end: 6 }]],
  ["the largest field number", "f8ffffff0f00", [{ field: 2 ** 29 - 1, wire: 0, tag: 0, start: 5, end: 6 }]],
  ["an empty group", "0b0c", [{ field: 1, wire: 3, tag: 0, start: 1, end: 2 }]],
  [
    "a group with groups and every wire type, then a field",
    "0b 0801 110102030405060708 1a0161 25aabbccdd 13 14 0c 2801",
    [
      { field: 1, wire: 3, tag: 0, start: 1, end: 23 },
      { field: 5, wire: 0, tag: 23, start: 24, end: 25 },
    ],
  ],
  [
    "the same field twice, in any order",
    "10010a016110020d00000000",
    [
      { field: 2, wire: 0, tag: 0, start: 1, end: 2 },
      { field: 1, wire: 2, tag: 2, start: 4, end: 5 },
      { field: 2, wire: 0, tag: 5, start: 6, end: 7 },
      { field: 1, wire: 5, tag: 7, start: 8, end: 12 },
    ],
  ],
];

test.each(ACCEPTED)("103, 109: walker accepts %s", (_name, hex, expected) => {
  expect(steps(Buffer.from(hex.replaceAll(" ", ""), "hex"))).toEqual(expected);
});

test("walker accepts groups up to the limit of nesting", () => {
  const bytes = Uint8Array.from([...Array(DEPTH_MAX).fill(0x0b), ...Array(DEPTH_MAX).fill(0x0c)]);
  expect(steps(bytes)).toHaveLength(1);
});

describe("any bytes", () => {
  const messages = fc.oneof(
    ...SIGNALS.map((signal) => arbitraryMessage(REQUEST_TYPES[signal], { unknown: true })),
  );
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    // Few different bytes, of which many are good tags and lengths: these get further.
    fc
      .array(fc.constantFrom(0, 1, 2, 8, 9, 0x0a, 0x0b, 0x0c, 0x0d, 0x80), { maxLength: 40 })
      .map((bytes) => Uint8Array.from(bytes)),
    messages.map(encodeParts),
  );

  test("the walk ends, its fields tile the message, or it says why not", () => {
    fc.assert(tiling(anyBytes, steps));
  });

  test("that check catches a walker that loses a field", () => {
    const lossy = tiling(anyBytes, (bytes) => steps(bytes).slice(1));
    expect(fc.check(lossy, { endOnFailure: true }).failed).toBe(true);
  });

  test("a walk of a part of a buffer sees nothing beyond it", () => {
    fc.assert(
      fc.property(anyBytes, fc.uint8Array({ maxLength: 9 }), (bytes, around) => {
        const padded = Uint8Array.from([...around, ...bytes, ...around]);
        const code = codeOf(() => steps(bytes));
        const part = () => steps(padded, around.length, around.length + bytes.length);
        expect(codeOf(part)).toBe(code);
        if (code === undefined) expect(part()).toHaveLength(steps(bytes).length);
      }),
    );
  });
});

test.each(SIGNALS)("every cut of a %s message is an error or a shorter message", (signal) => {
  fc.assert(
    fc.property(arbitraryMessage(REQUEST_TYPES[signal], { unknown: true }), (parts) => {
      const bytes = encodeParts(parts);
      const ends = new Set([0, ...steps(bytes).map(({ end }) => end)]);
      for (let end = 0; end < bytes.length; end++) {
        const code = codeOf(() => steps(bytes, 0, end));
        expect(code).toBe(ends.has(end) ? undefined : "WIRE_TRUNCATED");
      }
    }),
    { numRuns: 50 },
  );
});

function tiling(
  anyBytes: fc.Arbitrary<Uint8Array>,
  walk: (bytes: Uint8Array) => Step[],
): fc.IProperty<unknown> {
  return fc.property(anyBytes, (bytes) => {
    const code = codeOf(() => walk(bytes));
    if (code !== undefined) {
      expect(["WIRE_MALFORMED", "WIRE_TRUNCATED"]).toContain(code);
      return;
    }
    let end = 0;
    for (const step of walk(bytes)) {
      expect(step.tag).toBe(end);
      expect(step.start).toBeGreaterThan(step.tag);
      expect(step.end).toBeGreaterThanOrEqual(step.start);
      end = step.end;
    }
    expect(end).toBe(bytes.length);
  });
}

function steps(bytes: Uint8Array, start = 0, end = bytes.length): Step[] {
  const walker = new FieldWalker();
  walker.enter(bytes, start, end);
  const found: Step[] = [];
  while (walker.next())
    found.push({
      field: walker.field,
      wire: walker.wire,
      tag: walker.tag,
      start: walker.start,
      end: walker.end,
    });
  return found;
}
