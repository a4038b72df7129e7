import { Opener, type SealedFacts } from "@scrim/seal";
import { describe, expect, test } from "vitest";
import { attribute, body, field, keyValue, logs, logsOf, record, TRACE_ID, value } from "../test/otlp.ts";
import { planOf, REVEAL_KEY } from "../test/plans.ts";
import { redactTexts } from "../test/texts.ts";
import { createRedactor } from "./index.ts";

const SEALING = `
classes: { direct_identifier: seal, credential: seal }
detectors: { actions: { credit_card: seal } }
rules: [{ attribute: order.note, action: seal }]
`;
const plan = planOf(SEALING);
const redactor = createRedactor(plan);
const opener = new Opener([REVEAL_KEY]);
const TRACE = "0102030405060708090a0b0c0d0e0f10";
const EMAIL = attribute("user.email", value.string("jane@shop.example"));
const CARD = body(value.string("card 4111 1111 1111 1111 declined"));
const SERVICE = [["service.name", "checkout"]] as const;

/** What is sealed in the result, in its order. */
function opened(bytes: Buffer): readonly { value: string; facts: SealedFacts }[] {
  const tokens = bytes.toString("latin1").match(/\[SEALED:v1:[\w-]+\]/g) ?? [];
  return tokens.map((token) => opener.open(token)!);
}

const sealedIn = (request: Buffer) => opened(redactor.redact("logs", request).bytes);

describe("a sealed value", () => {
  test("says whose it is, and where it stood", () => {
    const [sealed] = sealedIn(logsOf(SERVICE, record(TRACE_ID, EMAIL)));
    expect(sealed).toEqual({
      value: "jane@shop.example",
      facts: {
        tenant: "shop",
        service: "checkout",
        path: "user.email",
        class: "direct_identifier",
        traceId: TRACE,
        policy: "test.yaml",
        sealedAt: expect.any(Number),
      },
    });
  });

  test("may be what was found in a text", () => {
    const { bytes } = redactor.redact("logs", logsOf(SERVICE, record(CARD, TRACE_ID)));
    expect(bytes.toString("latin1")).toMatch(/card \[SEALED:v1:[\w-]+\] declined/);
    const [{ value: card, facts } = {}] = opened(bytes);
    expect(card).toBe("4111 1111 1111 1111");
    expect(facts).toMatchObject({ path: "", traceId: TRACE, service: "checkout" });
  });

  test("may stand in JSON, in a list, in a map", () => {
    const nested = attribute("ctx", value.map(["user.email", value.array(value.string("a@b.example"))]));
    const json = body(value.string('{"password":"hunter2","n":1}'));
    const sealed = sealedIn(logs(record(nested, json)));
    expect(sealed.map((each) => [each.facts.path, each.value])).toEqual([
      ["ctx.user.email", "a@b.example"],
      ["password", "hunter2"],
    ]);
  });

  test("of a URL has no brackets", () => {
    const url = "https://shop.example/u/jane%40shop.example/?email=joe%40shop.example&n=1";
    const { bytes } = redactor.redact("logs", logs(record(attribute("url.full", value.string(url)))));
    const text = bytes.toString("latin1");
    expect(text).toMatch(/\/u\/%5BSEALED:v1:[\w-]+%5D\/\?email=%5BSEALED:v1:[\w-]+%5D&n=1$/);
    expect(redactor.redact("logs", bytes).bytes).toBe(bytes);
    const plain = Buffer.from(text.replaceAll("%5B", "[").replaceAll("%5D", "]"));
    expect(opened(plain).map((each) => each.value)).toEqual(["jane@shop.example", "joe@shop.example"]);
  });

  test("that is too long to be sealed is masked", () => {
    const note = attribute("order.note", value.string("x".repeat(9_000)));
    const { bytes } = redactor.redact("logs", logs(record(note)));
    expect(bytes.toString("latin1")).toContain("[REDACTED:");
    expect(bytes.includes("xxx")).toBe(false);
  });

  test("is counted as such", () => {
    const { counts } = redactor.redact("logs", logs(record(EMAIL)));
    expect(counts.redacted.get("direct_identifier/seal")).toBe(1);
  });

  test("stays what it is, with any policy, key or none", () => {
    const once = redactor.redact("logs", logsOf(SERVICE, record(TRACE_ID, EMAIL, CARD))).bytes;
    for (const yaml of [SEALING, "", "unknown: mask", "classes: { direct_identifier: pseudonym }"]) {
      expect(createRedactor(planOf(yaml)).redact("logs", once).bytes, yaml).toBe(once);
    }
  });

  test("is none where somebody only writes like one", () => {
    const forged = `[SEALED:v1:${Buffer.from("card 4111 1111 1111 1111").toString("latin1")}]`;
    expect(redactTexts(plan)(forged).text).not.toContain("4111");
    const short = attribute("user.email", value.string("[SEALED:v1:amFuZQ]"));
    expect(sealedIn(logs(record(short)))[0]?.value).toBe("[SEALED:v1:amFuZQ]");
  });
});

describe("the place of a record", () => {
  const facts = (request: Buffer) =>
    sealedIn(request).map((each) => `${each.facts.service}/${each.facts.traceId}`);
  const OTHER_TRACE = field(9, Buffer.from("ff".repeat(16), "hex"));

  test("is each record's own", () => {
    const request = logsOf(SERVICE, record(TRACE_ID, CARD), record(CARD), record(CARD, OTHER_TRACE));
    const two = Buffer.concat([request, logsOf([["service.name", "payment"]], record(CARD))]);
    expect(facts(two)).toEqual([`checkout/${TRACE}`, "checkout/", `checkout/${"ff".repeat(16)}`, "payment/"]);
  });

  test("is found where the resource stands behind its records", () => {
    const scope = field(2, field(2, record(CARD, TRACE_ID)));
    const resource = field(1, field(1, keyValue("service.name", value.string("checkout"))));
    expect(facts(field(1, Buffer.concat([scope, resource])))).toEqual([`checkout/${TRACE}`]);
  });

  test("is not known where it is said twice", () => {
    const twice = [
      ["service.name", "checkout"],
      ["service.name", "payment"],
    ] as const;
    expect(facts(logsOf(twice, record(TRACE_ID, OTHER_TRACE, CARD)))).toEqual(["/"]);
  });

  test("is no other record's for a text that stands alone", () => {
    redactor.redact("logs", logsOf(SERVICE, record(TRACE_ID, EMAIL)));
    const [sealed] = opened(redactor.redactText(Buffer.from("jane@shop.example"), "user.email").bytes);
    expect(sealed?.facts).toMatchObject({ service: "", traceId: "", path: "user.email" });
  });
});
