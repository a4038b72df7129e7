import fc from "fast-check";
import { expect, test } from "vitest";
import { grantOf } from "../../test/documents.ts";
import { awaitsReview, exhausted, grantAt, isOpen, reviewed, revoked } from "./grant-machine.ts";

const GRANT = grantOf("0123456789abcdef", { state: "scheduled", not_before: 2_000, expires_at: 2_900 });
const TAKEN = { ...GRANT, review: { state: "due" as const, due_at: 5_000 } };
const times = fc.array(fc.integer({ min: 1_000, max: 6_000 }), { minLength: 1, maxLength: 6 });

test("a grant is active from its first second to before its last, however often it was looked at before", () => {
  fc.assert(
    fc.property(times, (all) => {
      const sorted = all.toSorted((one, other) => one - other);
      const now = sorted.at(-1)!;
      const seen = sorted.reduce(grantAt, GRANT);
      expect(seen.state).toBe(now < 2_000 ? "scheduled" : now < 2_900 ? "active" : "expired");
      expect(seen.ended_at).toBe(now < 2_900 ? undefined : 2_900);
      expect(isOpen(seen)).toBe(now < 2_900);
      expect(seen).toEqual(grantAt(GRANT, now));
    }),
  );
});

test("what has expired doesn't become active again where time runs back", () => {
  fc.assert(
    fc.property(times, (all) => {
      const expired = grantAt(GRANT, 2_900);
      expect(all.reduce(grantAt, expired).state).toBe("expired");
    }),
  );
});

test.each([
  ["revoked", revoked(grantAt(GRANT, 2_100), 2_100)],
  ["revoked before it began", revoked(GRANT, 1_500)],
  ["exhausted", exhausted(grantAt(GRANT, 2_100), 2_100)],
])("what was %s stays so", (_, ended) => {
  fc.assert(
    fc.property(times, (all) => {
      expect(all.reduce(grantAt, ended)).toBe(ended);
    }),
  );
});

test("a review is late at its second, also behind the grant's end, and done once it is done", () => {
  fc.assert(
    fc.property(times, (all) => {
      const seen = all.reduce(grantAt, TAKEN);
      expect(seen.review?.state).toBe(Math.max(...all) < 5_000 ? "due" : "escalated");
      expect(awaitsReview(seen)).toBe(true);
      const done = reviewed(seen, "cy", 5_500);
      expect(awaitsReview(all.reduce(grantAt, done))).toBe(false);
    }),
  );
  expect(reviewed(GRANT, "cy", 2_000)).toBe(GRANT);
});
