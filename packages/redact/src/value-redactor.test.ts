import { compilePolicy, definePolicy, type PolicySettings } from "@scrim/policy";
import { expect, test } from "vitest";
import { createRedactor } from "./redactor.ts";
import type { ValueRedactor } from "./value-redactor.ts";

const MAIL = "jane@leak.example";

function valuesFor(settings: Omit<PolicySettings, "version"> = {}): ValueRedactor {
  return createRedactor(compilePolicy([definePolicy({ version: 1, ...settings })])).values!;
}

/** Takes flat attributes, as a caller does that copies them. */
function take(values: ValueRedactor, attributes: Record<string, unknown>): boolean {
  values.begin();
  for (const [key, value] of Object.entries(attributes)) {
    const node = values.keys.attribute(key);
    if (node.isForEngine) values.leaveToEngine();
    if (node.removesAll) values.removeAll(attributes, key, node);
    else if (node.keeps) continue;
    else if (typeof value === "string") values.takeText(attributes, key, value, node);
    else if (typeof value === "number") values.takeNumber(attributes, key, value, node);
    else if (typeof value === "boolean") values.takeBoolean(attributes, key, node);
    else if (Array.isArray(value)) values.takePieces(value, node);
  }
  return values.finish();
}

const RULES: Omit<PolicySettings, "version"> = {
  rules: [
    { attribute: "kept", action: "keep" },
    { attribute: "masked", action: "mask", on_non_string: "stringify" },
    { attribute: "lost", action: "mask" },
    { attribute: "gone", action: "drop" },
    { attribute: "bsn", action: "scan" },
    { attribute: "last", action: { mask: { keep_last: 2 } } },
  ],
};

test("each value becomes what its key says, or what is found in it", () => {
  const attributes = {
    kept: MAIL,
    masked: "a",
    gone: "b",
    last: "secret",
    note: `to ${MAIL}`,
    json: `{"password":"hunter2"}`,
    route: "/cart",
    items: 3,
  };
  const values = valuesFor(RULES);
  expect(take(values, attributes)).toBe(true);
  expect(attributes).toEqual({
    kept: MAIL,
    masked: "[REDACTED:content]",
    last: "****et",
    note: "to [REDACTED:email]",
    json: '{"password":"[REDACTED:credential]"}',
    route: "/cart",
    items: 3,
  });
  expect(Object.fromEntries(values.counts.redacted)).toEqual({
    "content/mask": 2,
    "content/drop": 1,
    "direct_identifier/mask": 1,
    "credential/mask": 1,
  });
});

test("numbers and truth values under a key for strings become one or go, as the rule says", () => {
  const attributes = { masked: 7, lost: true, note: "order sent" };
  const values = valuesFor(RULES);
  expect(take(values, attributes)).toBe(true);
  expect(attributes).toEqual({ masked: "[REDACTED:content]", note: "order sent" });
  expect(values.counts.type_changes).toBe(2);
});

test.each<[name: string, attributes: Record<string, unknown>]>([
  ["a number in which something is found", { note: 4111111111111111 }],
  ["a number under a key that tells what it is", { bsn: 123456782 }],
  ["a key that holds data", { [MAIL]: "x" }],
  ["pieces that are a card together", { note: ["4111 1111 ", "1111 1111"] }],
  ["more text than a record may have here", { note: "a ".repeat(10_000) }],
  ["a number that an action takes in part", { last: 12345 }],
])("%s leaves the record to the engine, and nothing is changed", (_, found) => {
  const attributes = { masked: "a", gone: "b", mail: MAIL, ...found };
  const before = structuredClone(attributes);
  expect(take(valuesFor(RULES), attributes)).toBe(false);
  expect(attributes).toEqual(before);
});

test("a text that stayed is remembered for its key alone", () => {
  const values = valuesFor(RULES);
  const number = { tries: "123456782", mail: `${MAIL} ` };
  expect(take(values, number)).toBe(true);
  expect(number.tries).toBe("123456782");
  const keyed = { bsn: "123456782", tries: "123456782" };
  expect(take(values, keyed)).toBe(true);
  expect(keyed.bsn).not.toContain("123456782");
  expect(keyed.tries).toBe("123456782");
});

test("texts that are remembered count as those that are not", () => {
  const values = valuesFor();
  const attributes = Object.fromEntries(
    Array.from({ length: 200 }, (_, n) => [`k${n}`, `order sent ${"again ".repeat(16)}`]),
  );
  expect([take(values, attributes), take(values, attributes)]).toEqual([false, false]);
  const few = Object.fromEntries(Object.entries(attributes).slice(0, 100));
  expect([take(values, few), take(values, few), take(values, attributes)]).toEqual([true, true, false]);
});

test("lists of empty texts take no room from the texts after them", () => {
  const values = valuesFor({ limits: { record_nodes_max: 1_000_000 } });
  const attributes = { note: MAIL };
  const node = values.keys.attribute("note");
  values.begin();
  for (let list = 0; list < 70_000; list++) values.takePieces(["", ""], node);
  values.takeText(attributes, "note", MAIL, node);
  expect(values.finish()).toBe(true);
  expect(attributes.note).toBe("[REDACTED:email]");
});

test("keys longer than any name are not remembered, nor what makes their paths that long", () => {
  const { keys } = valuesFor();
  const [long, short] = ["k".repeat(2_000), "k".repeat(900)];
  const parent = keys.attribute(short);
  expect(keys.attribute(short)).toBe(parent);
  expect(keys.attribute(long)).not.toBe(keys.attribute(long));
  expect(keys.under(parent, short)).not.toBe(keys.under(parent, short));
});

test("labels and empty texts stay under every action", () => {
  const attributes = { masked: "[REDACTED:email]", last: "", note: "[REDACTED:email]", lost: "REDACTED" };
  const before = { ...attributes };
  expect(take(valuesFor(RULES), attributes)).toBe(true);
  expect(attributes).toEqual(before);
});

test("ever new keys and texts are decided like the first ones", () => {
  const values = valuesFor();
  for (let i = 0; i < 5_000; i++) {
    const attributes = { [`k${i}`]: `${MAIL} ${i}`, note: `order ${i} sent`, mail: MAIL };
    expect(take(values, attributes)).toBe(true);
    expect(JSON.stringify(attributes)).not.toContain("leak");
  }
});

test("a policy that depends on resources has no values apart from them", () => {
  const rules = [
    { attribute: "a", where: { resource: { "service.name": "shop" } }, action: "mask" as const },
  ];
  expect(createRedactor(compilePolicy([definePolicy({ version: 1, rules })])).values).toBeUndefined();
});
