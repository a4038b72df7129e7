import { table } from "../../bench/measure.ts";
import type { SoakResult } from "./run-soak.ts";
import { mib, peakRss, percent, problemsOf, rssChange } from "./verdict.ts";

const HEAD = [
  "load",
  "minutes",
  "maximum, records/s",
  "offered",
  "acknowledged records",
  "lost",
  "repeated",
  "answered later",
  "failed",
  "p99, ms",
  "RSS early, MiB",
  "at the end",
  "change",
  "peak",
  "beside it",
  "verdict",
];

/** A Markdown table of runs. */
export function soakTable(results: readonly SoakResult[]): string {
  return table(HEAD, results.map(cells));
}

function cells(result: SoakResult): string[] {
  const { plan, answers, maximum_records_per_s } = result;
  const { early, late, change } = rssChange(result);
  const whole = (value: number) => Math.round(value).toLocaleString("en");
  return [
    plan.kind,
    (plan.duration_ms / 60_000).toFixed(1),
    whole(maximum_records_per_s),
    percent(plan.share),
    whole(result.acknowledged_records),
    whole(result.missing_records),
    whole(result.repeated_records),
    whole(answers.later),
    whole(answers.refused + answers.unanswered),
    result.p99_ms.toFixed(0),
    ...[mib(early), mib(late), percent(change), mib(peakRss(result))],
    besideIt(result),
    problemsOf(result).length === 0 ? "stood it" : "did not",
  ];
}

function besideIt({ plan, idle, reloads, rss_bytes }: SoakResult): string {
  if (plan.kind === "idle") {
    const each = (rss_bytes[0]! - idle.rss_bytes_before) / idle.open / 1024;
    return `${idle.open_at_end.toLocaleString("en")} connections, ${each.toFixed(1)} KiB each`;
  }
  return plan.kind === "reload" ? `${reloads.made} reloads` : "";
}
