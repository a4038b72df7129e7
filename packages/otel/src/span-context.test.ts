import { expect, test } from "vitest";
import { withTraceState } from "./span-context.ts";

const CONTEXT = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };

test.each([
  ["members", "a=b,mail=x"],
  ["what was withheld", "[WITHHELD:record_size]"],
  ["a member that the api would not take", "A=b,a=b"],
])("%s leave as they are written", (_, text) => {
  expect(withTraceState(CONTEXT, text).traceState?.serialize()).toBe(text);
});

test.each([undefined, ""])("%j is no trace state", (text) => {
  expect(withTraceState(CONTEXT, text)).not.toHaveProperty("traceState");
});

test("members that the api takes can be looked up beside one that it doesn't", () => {
  const { traceState } = withTraceState(CONTEXT, "A=b,a=b");
  expect(traceState?.get("a")).toBe("b");
  expect(traceState?.unset("a").serialize()).toBe("");
});
