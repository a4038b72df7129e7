import { compileGlob } from "@scrim/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isFor, isSameAudience, mayMeet } from "./policy-audience.ts";

const audience = (services: readonly string[], environments: readonly string[] = ["production"]) => ({
  services: [...services],
  environments: [...environments],
});

test.each([
  ["pay", "production", true],
  ["payments", "production", true],
  ["cart", "production", false],
  ["pay", "staging", false],
])("a policy for pay* in production is for %s in %s: %s", (service, environment, isIt) => {
  expect(isFor(audience(["pay*"]), service, environment)).toBe(isIt);
});

test.each([
  [["pay"], ["pay"], true],
  [["pay"], ["cart"], false],
  [["pay*"], ["*ments"], true],
  [["pay*a"], ["pay"], false],
  [["a*b*c"], ["a*d*c"], true],
  [["*"], ["*"], true],
  [["a", "b*"], ["c", "*x"], true],
  [["ab*"], ["a*c", "ba*"], true],
  [["ab*"], ["ba*"], false],
])("%j and %j have a service in common: %s", (one, other, isIt) => {
  expect(mayMeet(audience(one), audience(other))).toBe(isIt);
  expect(mayMeet(audience(other), audience(one))).toBe(isIt);
  expect(mayMeet(audience(one), audience(other, ["staging"]))).toBe(false);
});

test("two patterns meet exactly where some text matches both", () => {
  const texts = ["", "a", "b"].flatMap((x) =>
    ["", "a", "b"].flatMap((y) => ["", "a", "b"].map((z) => x + y + z)),
  );
  const short = fc.string({ unit: fc.constantFrom("a", "b", "*"), minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(short, short, (one, other) => {
      const [a, b] = [compileGlob(one), compileGlob(other)];
      const literals = one.replaceAll("*", "").length + other.replaceAll("*", "").length;
      fc.pre(literals <= 3); // a common text is no longer than the literals of both
      expect(mayMeet(audience([one]), audience([other]))).toBe(
        texts.some((text) => a.matches(text) && b.matches(text)),
      );
    }),
    { numRuns: 1_000 },
  );
});

test("an audience is the same in whatever order", () => {
  expect(isSameAudience(audience(["a", "b"]), audience(["b", "a", "a"]))).toBe(true);
  expect(isSameAudience(audience(["a", "b"]), audience(["a"]))).toBe(false);
});
