import type { SoakResult } from "./run-soak.ts";

const MIB = 2 ** 20;

/** RSS of one kind of load: what one process may have beside its spool. */
const RSS_BYTES_MAX = 256 * MIB;
/** For a connection that asks for nothing: what Node and TLS-less HTTP/2 keep for one, twice over. */
const IDLE_BYTES_MAX = 32 * 1024;
/** How far RSS at the end may be from what it was in the sixth part of the run: the fifth minute of thirty. */
const RSS_CHANGE_MAX = 0.1;
/** How much a run of reloads may end above that: each that keeps the graph before it costs some 3 %. */
const RSS_RELOADED_MAX = 0.25;
const PARTS = 30;

/** What is wrong with a run, in sentences; none where all that has to hold did. */
export function problemsOf(result: SoakResult): string[] {
  const { plan, answers, idle, reloads } = result;
  const problems: string[] = [];
  const claim = (holds: boolean, problem: string) => void (holds || problems.push(problem));
  claim(result.acknowledged_records > 0, "nothing was acknowledged");
  claim(result.missing_records === 0, `${result.missing_records} acknowledged records never arrived`);
  claim(answers.refused === 0, `${answers.refused} requests were refused for good`);
  if (plan.kind === "overload") {
    claim(peakRss(result) <= RSS_BYTES_MAX, `RSS went to ${mib(peakRss(result))} MiB`);
    return problems;
  }
  const failed = answers.later + answers.unanswered;
  claim(failed === 0, `${failed} requests failed`);
  switch (plan.kind) {
    case "steady": {
      const { change } = rssChange(result);
      claim(Math.abs(change) <= RSS_CHANGE_MAX, `RSS changed by ${percent(change)}`);
      break;
    }
    case "idle":
      claim(idle.open === plan.idle, `${idle.open} of ${plan.idle} connections were taken`);
      claim(idle.open_at_end === idle.open, `${idle.open - idle.open_at_end} idle connections were closed`);
      claim(
        peakRss(result) <= RSS_BYTES_MAX + idle.open * IDLE_BYTES_MAX,
        `RSS went to ${mib(peakRss(result))} MiB`,
      );
      break;
    case "reload":
      claim(reloads.asked > 0, "it was never reloaded");
      claim(reloads.made === reloads.asked, `${reloads.made} of ${reloads.asked} reloads were made`);
      claim(rssChange(result).change <= RSS_RELOADED_MAX, `RSS grew by ${percent(rssChange(result).change)}`);
      break;
  }
  return problems;
}

export function peakRss({ rss_bytes }: Pick<SoakResult, "rss_bytes">): number {
  return Math.max(...rss_bytes);
}

/** Means of a thirtieth of the run, a sixth after its beginning and at its end. */
export function rssChange({ rss_bytes }: Pick<SoakResult, "rss_bytes">): {
  readonly early: number;
  readonly late: number;
  readonly change: number;
} {
  const part = Math.max(Math.floor(rss_bytes.length / PARTS), 1);
  const from = Math.floor(rss_bytes.length / 6);
  const [early, late] = [rss_bytes.slice(from, from + part), rss_bytes.slice(-part)].map(mean) as [
    number,
    number,
  ];
  return { early, late, change: late / early - 1 };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export const mib = (bytes: number): string => (bytes / MIB).toFixed(0);
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
