import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { troubleLog } from "./trouble-log.ts";

const CALM_MS = 10_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start() {
  const said: string[] = [];
  const tell = troubleLog("exporters.otlp", {
    info: (line) => said.push(`info ${line}`),
    warn: (line) => said.push(`warn ${line}`),
  });
  return { said, tell };
}

test("trouble is said when it begins, changes and ends, with what is known besides", () => {
  const { said, tell } = start();
  for (const [trouble, detail] of [
    [""],
    ["unreachable", "ECONNREFUSED"],
    ["unreachable", "ECONNREFUSED"],
    ["refused", "HTTP 400"],
    ["refused", "HTTP 401"],
    ["unavailable"],
    [""],
    [""],
  ] as const) {
    tell(trouble, detail);
    vi.advanceTimersByTime(CALM_MS);
  }
  expect(said).toEqual([
    "warn exporters.otlp: can't deliver: unreachable (ECONNREFUSED)",
    "warn exporters.otlp: can't deliver: refused (HTTP 400)",
    "warn exporters.otlp: can't deliver: refused (HTTP 401)",
    "warn exporters.otlp: can't deliver: unavailable",
    "info exporters.otlp: delivers again",
  ]);
});

test("what comes and goes all the time is said now and then, and what it comes to is said in the end", () => {
  const { said, tell } = start();
  for (let ms = 0; ms < 3 * CALM_MS; ms++) {
    tell(ms % 2 === 0 ? "unavailable" : "");
    vi.advanceTimersByTime(1);
  }
  expect(said.length).toBeGreaterThan(0);
  expect(said.length).toBeLessThanOrEqual(8);
  tell("unavailable");
  vi.advanceTimersByTime(CALM_MS);
  expect(said.at(-1)).toBe("warn exporters.otlp: can't deliver: unavailable");
  tell("");
  vi.advanceTimersByTime(CALM_MS);
  expect(said.at(-1)).toBe("info exporters.otlp: delivers again");
});

test("each kind of trouble that comes and goes while nothing is said is said at the end, and once", () => {
  const { said, tell } = start();
  for (const [trouble, detail] of [
    ["unavailable", "HTTP 503"],
    [""],
    ["refused", "HTTP 401"],
    ["refused", "HTTP 401"],
    ["timeout"],
    [""],
  ] as const)
    tell(trouble, detail);
  vi.advanceTimersByTime(CALM_MS);
  expect(said.splice(0)).toEqual([
    "warn exporters.otlp: can't deliver: unavailable (HTTP 503)",
    "warn exporters.otlp: can't deliver: refused (HTTP 401)",
    "warn exporters.otlp: can't deliver: timeout",
    "info exporters.otlp: delivers again",
  ]);
  for (const trouble of ["unavailable", "", "timeout", "unavailable"]) tell(trouble);
  vi.advanceTimersByTime(CALM_MS);
  expect(said.splice(0)).toEqual([
    "warn exporters.otlp: can't deliver: timeout",
    "warn exporters.otlp: can't deliver: unavailable",
  ]);
  for (let n = 0; n < 100; n++) tell(`trouble_${n}`);
  vi.advanceTimersByTime(CALM_MS);
  expect(said.length).toBeLessThan(10);
  expect(said.at(-1)).toContain("trouble_99");
  said.splice(0);
  vi.advanceTimersByTime(10 * CALM_MS);
  expect(said).toEqual([]);
});
