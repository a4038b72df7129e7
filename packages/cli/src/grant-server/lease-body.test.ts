import fc from "fast-check";
import { expect, test } from "vitest";
import { parseLeaseBody } from "./lease-body.ts";

const ID = "00112233aabbccdd";
const GOOD = {
  service: "checkout",
  environment: "production",
  instance: "pod-1",
  wanted: { [ID]: 1 },
  used: { [ID]: 2 },
  returned: {},
};

const parsed = (value: unknown) => parseLeaseBody(Buffer.from(JSON.stringify(value)));

test("what processes send is read", () => {
  expect(parsed(GOOD)).toEqual({
    name: { service: "checkout", environment: "production" },
    instance: "pod-1",
    request: { wanted: { [ID]: 1 }, used: { [ID]: 2 }, returned: {} },
  });
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["null", null],
  ["a list", []],
  ["no instance", { ...GOOD, instance: undefined }],
  ["an instance of control characters", { ...GOOD, instance: "a\u0000b" }],
  ["a long instance", { ...GOOD, instance: "a".repeat(129) }],
  ["an unknown key", { ...GOOD, traces_max: 1_000 }],
  ["an id that is none", { ...GOOD, wanted: { "../x": 1 } }],
  ["a count below nothing", { ...GOOD, returned: { [ID]: -1 } }],
  ["a count that is no whole number", { ...GOOD, wanted: { [ID]: 0.5 } }],
  ["a count that is text", { ...GOOD, wanted: { [ID]: "1" } }],
  ["a count past the bound", { ...GOOD, wanted: { [ID]: 1_001 } }],
  ["counts in a list", { ...GOOD, wanted: [1] }],
])("%s is refused", (_, value) => {
  expect(() => parseLeaseBody(Buffer.from(JSON.stringify(value) ?? ""))).toThrow(
    expect.objectContaining({ reason: "malformed" }),
  );
});

test("a member named like the prototype counts for nothing, and changes none", () => {
  const body = JSON.stringify(GOOD).replace('"returned":{}', '"returned":{"__proto__":{"x":1}}');
  expect(Object.getPrototypeOf(parseLeaseBody(Buffer.from(body)).request.returned)).toBe(Object.prototype);
  expect(({} as { x?: number }).x).toBe(undefined);
});

test("nesting as deep as a body allows is refused", () => {
  expect(() => parseLeaseBody(Buffer.from("[".repeat(128 * 1024)))).toThrow(
    expect.objectContaining({ reason: "malformed" }),
  );
});

test("any bytes, and any change of a good body: read or refused", () => {
  const good = Buffer.from(JSON.stringify(GOOD));
  const changed = fc
    .tuple(fc.nat(good.length - 1), fc.uint8Array({ maxLength: 3 }), fc.nat(3))
    .map(([at, bytes, skipped]) => Buffer.concat([good.subarray(0, at), bytes, good.subarray(at + skipped)]));
  const json = fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)));
  const any = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.oneof(changed, json, any), (body) => {
      try {
        const { request } = parseLeaseBody(body);
        for (const counts of Object.values(request)) {
          for (const count of Object.values(counts)) expect(count).toBeGreaterThanOrEqual(0);
        }
      } catch (error) {
        expect(error).toMatchObject({ reason: "malformed" });
      }
    }),
    { numRuns: 2_000 },
  );
});
