import { expect, test } from "vitest";
import { runSoak, type SoakResult } from "./run-soak.ts";
import type { SoakPlan } from "./soak-kind.ts";
import { soakTable } from "./soak-table.ts";
import { problemsOf } from "./verdict.ts";

const SHORT: SoakPlan = { kind: "steady", duration_ms: 2_000, share: 0.3, idle: 0, reload_ms: undefined };

/** What holds however fast the machine is, and however short the run. */
function expectNothingLost({ acknowledged_records, missing_records, answers }: SoakResult): void {
  expect(acknowledged_records).toBeGreaterThan(0);
  expect(missing_records).toBe(0);
  expect(answers.refused).toBe(0);
}

test("steady load: every acknowledged record arrives", { timeout: 300_000 }, async () => {
  const result = await runSoak(SHORT);
  expectNothingLost(result);
  expect(soakTable([result])).toMatch(/^\| steady \|/m);
});

test("more than it can do: nothing that was acknowledged is lost", { timeout: 300_000 }, async () => {
  expectNothingLost(await runSoak({ ...SHORT, kind: "overload", share: 2 }));
});

test("idle connections of both kinds stay while a load goes on", { timeout: 300_000 }, async () => {
  const result = await runSoak({ ...SHORT, kind: "idle", idle: 200 });
  expectNothingLost(result);
  expect(result.idle).toMatchObject({ open: 200, open_at_end: 200 });
});

test("a reload under load fails no request", { timeout: 300_000 }, async () => {
  const result = await runSoak({ ...SHORT, kind: "reload", reload_ms: 500 });
  expectNothingLost(result);
  expect(result.answers).toMatchObject({ later: 0, unanswered: 0 });
  expect(result.reloads.made).toBeGreaterThan(0);
});

const GOOD: SoakResult = {
  plan: SHORT,
  maximum_records_per_s: 1_000,
  answers: { acknowledged: 10, refused: 0, later: 0, unanswered: 0 },
  acknowledged_records: 5_120,
  missing_records: 0,
  repeated_records: 0,
  p99_ms: 5,
  rss_bytes: Array.from({ length: 60 }, () => 100 * 2 ** 20),
  idle: { open: 0, open_at_end: 0, rss_bytes_before: 100 * 2 ** 20 },
  reloads: { asked: 0, made: 0 },
};

const BAD: readonly (readonly [name: string, change: Partial<SoakResult>, problem: RegExp])[] = [
  ["a record that is lost", { missing_records: 1 }, /never arrived/],
  [
    "a request that fails",
    { answers: { acknowledged: 9, refused: 0, later: 0, unanswered: 1 } },
    /1 requests failed/,
  ],
  ["nothing acknowledged", { acknowledged_records: 0 }, /nothing was acknowledged/],
  [
    "memory that grows",
    { rss_bytes: Array.from({ length: 60 }, (_, n) => (100 + n) * 2 ** 20) },
    /RSS changed by/,
  ],
  [
    "memory that overload takes",
    { plan: { ...SHORT, kind: "overload" }, rss_bytes: [257 * 2 ** 20] },
    /RSS went to 257 MiB/,
  ],
  [
    "a connection that is closed",
    {
      plan: { ...SHORT, kind: "idle", idle: 2 },
      idle: { open: 2, open_at_end: 1, rss_bytes_before: 0 },
    },
    /1 idle connections were closed/,
  ],
  [
    "a reload that was not made",
    { plan: { ...SHORT, kind: "reload" }, reloads: { asked: 2, made: 1 } },
    /1 of 2 reloads/,
  ],
  [
    "memory that reloads keep",
    {
      plan: { ...SHORT, kind: "reload" },
      reloads: { asked: 30, made: 30 },
      rss_bytes: Array.from({ length: 60 }, (_, n) => (200 + 3 * n) * 2 ** 20),
    },
    /RSS grew by/,
  ],
];

test("a run in which all holds has no problem", () => {
  expect(problemsOf(GOOD)).toEqual([]);
});

test.each(BAD)("the verdict sees %s", (_, change, problem) => {
  expect(problemsOf({ ...GOOD, ...change }).join()).toMatch(problem);
});
