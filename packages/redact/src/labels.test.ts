import { describe, expect, test } from "vitest";
import {
  isLabel,
  knowLabels,
  LABEL_BYTES_MAX,
  redactedLabel,
  withheldLabel,
  withheldReason,
  withoutLabels,
} from "./labels.ts";

const LONGEST = "d".repeat(64);
knowLabels(["email", "api_key:aws", LONGEST]);

describe("a label", () => {
  test.each([
    "[REDACTED:email]",
    "[REDACTED:api_key:aws]",
    "[WITHHELD:utf8]",
    "[WITHHELD:record_nodes]",
    "REDACTED",
    `[REDACTED:${LONGEST}]`,
  ])("%s", (text) => {
    expect(isLabel(Buffer.from(text))).toBe(true);
    expect(text.length).toBeLessThanOrEqual(LABEL_BYTES_MAX);
  });

  test.each([
    "[REDACTED:hunter2]",
    "[WITHHELD:jane]",
    "[REDACTED]",
    " [REDACTED:email]",
    "[REDACTED:email] ",
    "[redacted:email]",
    "REDACTED:REDACTED",
    "",
  ])("is not: %j", (text) => {
    expect(isLabel(Buffer.from(text))).toBe(false);
  });
});

test("a label is written the same each time", () => {
  expect(redactedLabel("email")).toBe(redactedLabel("email"));
  expect(redactedLabel("email").toString()).toBe("[REDACTED:email]");
  expect(withheldLabel("depth").toString()).toBe("[WITHHELD:depth]");
});

test("the reason is read back from what withholds, and from nothing else", () => {
  expect(withheldReason(withheldLabel("candidates"))).toBe("candidates");
  expect(withheldReason(redactedLabel("email"))).toBeUndefined();
  expect(withheldReason(Buffer.from("depth"))).toBeUndefined();
});

test.each([
  ["user [REDACTED:email]", "user "],
  ["[WITHHELD:utf8].name", ".name"],
  [`a[REDACTED:${LONGEST}]b`, "ab"],
  ["[REDACTED:Jane Doe]", "[REDACTED:Jane Doe]"],
  ["a[b]", "a[b]"],
])("%s without labels is %j", (text, without) => {
  expect(withoutLabels(text)).toBe(without);
});
