import fc from "fast-check";
import { expect, test } from "vitest";
import type { Action, Generalization, MaskStyle } from "./action.ts";
import { join, MASK_ALL, restrictiveness } from "./lattice.ts";

const few = fc.integer({ min: 1, max: 3 });

const style: fc.Arbitrary<MaskStyle> = fc.oneof(
  fc.constantFrom<MaskStyle>({ style: "all" }, { style: "email" }, { style: "card" }),
  fc.record({ style: fc.constantFrom("keep_first" as const, "keep_last" as const), characters: few }),
);

const generalization: fc.Arbitrary<Generalization> = fc
  .record(
    {
      ipv4_prefix: few,
      ipv6_prefix: few,
      date: fc.constantFrom("year" as const, "month" as const, "day" as const),
      bucket: few,
      url: fc.constant("without_query" as const),
    },
    { requiredKeys: [] },
  )
  .filter((to) => Object.keys(to).length > 0);

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.constantFrom<Action>(
    { kind: "keep" },
    { kind: "check" },
    { kind: "scan" },
    { kind: "drop" },
    { kind: "pseudonym" },
    { kind: "hash" },
  ),
  fc.record({ kind: fc.constant("mask" as const), style }),
  fc.record({ kind: fc.constant("replace" as const), with: fc.constantFrom("x", "y") }),
  fc.record({ kind: fc.constant("truncate" as const), bytes: few }),
  fc.record({ kind: fc.constant("generalize" as const), to: generalization }),
);

/** Most differences are in the parameters of the same kind, so pairs of one kind come often. */
const RUNS = { numRuns: 5000 };

test("join is idempotent", () => {
  fc.assert(
    fc.property(action, (a) => {
      expect(join(a, a)).toEqual(a);
    }),
    RUNS,
  );
});

test("join is commutative", () => {
  fc.assert(
    fc.property(action, action, (a, b) => {
      expect(join(a, b)).toEqual(join(b, a));
    }),
    RUNS,
  );
});

test("join is associative", () => {
  fc.assert(
    fc.property(action, action, action, (a, b, c) => {
      expect(join(join(a, b), c)).toEqual(join(a, join(b, c)));
    }),
    RUNS,
  );
});

test("join is never less restrictive than either", () => {
  fc.assert(
    fc.property(action, action, (a, b) => {
      const both = join(a, b);
      expect(restrictiveness(both)).toBeGreaterThanOrEqual(Math.max(restrictiveness(a), restrictiveness(b)));
      expect(join(both, a)).toEqual(both);
    }),
    RUNS,
  );
});

const CASES: readonly [name: string, a: Action, b: Action, joined: Action][] = [
  ["keep gives way to check", { kind: "keep" }, { kind: "check" }, { kind: "check" }],
  [
    "scan gives way to truncate",
    { kind: "scan" },
    { kind: "truncate", bytes: 9 },
    { kind: "truncate", bytes: 9 },
  ],
  ["pseudonym and hash mask all", { kind: "pseudonym" }, { kind: "hash" }, MASK_ALL],
  ["different texts mask all", { kind: "replace", with: "x" }, { kind: "replace", with: "y" }, MASK_ALL],
  ["masking all gives way to drop", MASK_ALL, { kind: "drop" }, { kind: "drop" }],
  [
    "of two starts the shorter is shown",
    { kind: "mask", style: { style: "keep_first", characters: 4 } },
    { kind: "mask", style: { style: "keep_first", characters: 2 } },
    { kind: "mask", style: { style: "keep_first", characters: 2 } },
  ],
  [
    "a start and an end mask all",
    { kind: "mask", style: { style: "keep_first", characters: 4 } },
    { kind: "mask", style: { style: "keep_last", characters: 4 } },
    MASK_ALL,
  ],
  [
    "prefixes and dates get coarser, a part that one side lacks is lost",
    { kind: "generalize", to: { ipv4_prefix: 24, date: "day", url: "without_query" } },
    { kind: "generalize", to: { ipv4_prefix: 16, date: "month" } },
    { kind: "generalize", to: { ipv4_prefix: 16, date: "month" } },
  ],
  [
    "different buckets mask all",
    { kind: "generalize", to: { bucket: 10 } },
    { kind: "generalize", to: { bucket: 15 } },
    MASK_ALL,
  ],
];

test.each(CASES)("%s", (_name, a, b, joined) => {
  expect(join(a, b)).toEqual(joined);
});
