import { expect, test } from "vitest";
import { parseRetryAfter } from "./retry-after.ts";

const NOW = Date.parse("2026-08-22T10:00:00Z");

const HEADERS: readonly [header: string | undefined, ms: number][] = [
  ["3", 3_000],
  ["0", 0],
  ["Sat, 22 Aug 2026 10:00:07 GMT", 7_000],
  ["Saturday, 22-Aug-26 10:00:07 GMT", 7_000],
  ["Sat, 22 Aug 2026 09:00:00 GMT", 0],
  ["999999999", 300_000],
  ["Sat, 22 Aug 2099 10:00:00 GMT", 300_000],
  ["-5", 0],
  ["1.5", 0],
  ["soon", 0],
  ["", 0],
  [undefined, 0],
];

test.each(HEADERS)("76: Retry-After %j means %i ms", (header, ms) => {
  expect(parseRetryAfter(header, NOW)).toBe(ms);
});
