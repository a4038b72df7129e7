import { DETECTORS, SENSITIVITY_CLASSES } from "@scrim/detect";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { knowLabels } from "../labels.ts";
import { ActionRunner, type TextAction } from "./apply.ts";

const runner = new ActionRunner({
  name: "test",
  pseudonymKey: { version: 3, secret: Buffer.alloc(32, 7) },
  sealKey: undefined,
});
const NAME = { label: "email", token: "email", class: "direct_identifier", path: "user.email" };
const run = (action: TextAction, text: string) => runner.run(action, Buffer.from(text), NAME).toString();

knowLabels(["email", ...Object.keys(SENSITIVITY_CLASSES)]);

const ACTIONS: readonly TextAction[] = [
  { kind: "mask", style: { style: "all" } },
  { kind: "mask", style: { style: "email" } },
  { kind: "mask", style: { style: "card" } },
  { kind: "mask", style: { style: "keep_first", characters: 2 } },
  { kind: "mask", style: { style: "keep_last", characters: 4 } },
  { kind: "replace", with: "gone fishing" },
  { kind: "pseudonym" },
  {
    kind: "generalize",
    to: { ipv4_prefix: 24, ipv6_prefix: 48, date: "month", bucket: 10, url: "without_query" },
  },
  { kind: "hash" },
];

describe.each(ACTIONS.map((action) => [JSON.stringify(action), action] as const))("%s", (_, action) => {
  test("its output is a fixed point", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.emailAddress(),
      fc.ipV4(),
      fc.webUrl(),
      fc.integer().map(String),
      fc.constantFrom("****1111", "sha256:", "REDACTED", "[REDACTED:email]", "[REDACTED:made_up]"),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const once = run(action, text);
        expect(run(action, once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  test.each(["[REDACTED:email]", "[REDACTED:credential]", "[WITHHELD:depth]", "REDACTED"])(
    "leaves %s",
    (label) => {
      expect(run(action, label)).toBe(label);
    },
  );

  test("does not leave a label that nobody writes", () => {
    expect(run(action, "[REDACTED:hunter2]")).not.toBe("[REDACTED:hunter2]");
  });
});

test.each<[action: TextAction, text: string, expected: string]>([
  [{ kind: "mask", style: { style: "all" } }, "jane", "[REDACTED:email]"],
  [{ kind: "mask", style: { style: "card" } }, "jane", "[REDACTED:email]"],
  [{ kind: "replace", with: "gone" }, "jane", "gone"],
  [{ kind: "generalize", to: { ipv4_prefix: 8 } }, "jane", "[REDACTED:email]"],
  [{ kind: "generalize", to: { bucket: 10 } }, "1".repeat(9000), "[REDACTED:email]"],
  [{ kind: "hash" }, "abc", "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
])("%j of %s", (action, text, expected) => {
  expect(run(action, text)).toBe(expected);
});

test("a forged token is a value like any other", () => {
  const forged = `email:v3:${"b".repeat(38)}`;
  expect(run({ kind: "pseudonym" }, forged)).not.toBe(forged);
});

test("without a key a pseudonym masks", () => {
  const keyless = new ActionRunner({ name: "test", pseudonymKey: undefined, sealKey: undefined });
  expect(keyless.run({ kind: "pseudonym" }, Buffer.from("jane"), NAME).toString()).toBe("[REDACTED:email]");
});

test("labels are read back: every name that can be in one is made of a label's letters", () => {
  for (const name of [...Object.keys(SENSITIVITY_CLASSES), ...DETECTORS.map(({ type }) => type)]) {
    expect(name).toMatch(/^[a-z0-9_:]{1,64}$/);
  }
});
