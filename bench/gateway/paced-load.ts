import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./channel.ts";

/** How requests are issued. */
export interface Pace {
  /** Requests per second at a fixed rate, whoever answers or not; undefined: as many as are answered, `at_once` at a time. */
  readonly rate: number | undefined;
  /** Requests on their way at most. With a rate, one too many counts as unanswered. */
  readonly at_once: number;
  readonly duration_ms: number;
  /** Requests of the first moments that don't count. */
  readonly warm_up_ms: number;
}

export interface LoadResult {
  readonly answers: Readonly<Record<Answer, number>>;
  /** From when a request was due to its answer, of the acknowledged ones. Ascending. */
  readonly latencies_ms: readonly number[];
  /** Between the first request that counts and the last answer. */
  readonly elapsed_ms: number;
}

type Send = (nth: number) => Promise<Answer>;

/**
 * Sends at a fixed rate. Latency counts from when a request was due, and not from when it could be sent: a server that stops for
 * a second is then seen by all requests of that second, and not by one.
 */
export async function runLoad(pace: Pace, send: Send): Promise<LoadResult> {
  const answers: Record<Answer, number> = { acknowledged: 0, refused: 0, later: 0, unanswered: 0 };
  const latenciesMs: number[] = [];
  const began = performance.now();
  const counts = began + pace.warm_up_ms;
  const end = counts + pace.duration_ms;
  const onTheWay = new Set<Promise<void>>();
  let sent = 0;
  const issue = (due: number) => {
    const isCounted = due >= counts;
    const count = (answer: Answer) => {
      if (!isCounted) return;
      answers[answer]++;
      if (answer === "acknowledged") latenciesMs.push(performance.now() - due);
    };
    if (onTheWay.size >= pace.at_once) return count("unanswered");
    const one = send(sent++).then((answer) => {
      count(answer);
      onTheWay.delete(one);
    });
    onTheWay.add(one);
  };

  if (pace.rate === undefined) await saturate(pace, end, issue, onTheWay);
  else await keepRate(pace.rate, began, end, issue);
  await Promise.all(onTheWay);
  const elapsed_ms = Math.max(performance.now() - counts, 1);
  return { answers, latencies_ms: latenciesMs.sort((a, b) => a - b), elapsed_ms };
}

async function keepRate(
  rate: number,
  began: number,
  end: number,
  issue: (due: number) => void,
): Promise<void> {
  const dueAt = (nth: number) => began + (nth * 1_000) / rate;
  for (let nth = 0; dueAt(nth) < end; ) {
    for (const now = performance.now(); dueAt(nth) <= now && dueAt(nth) < end; nth++) issue(dueAt(nth));
    await sleep(Math.max(dueAt(nth) - performance.now(), 0));
  }
}

async function saturate(
  { at_once }: Pace,
  end: number,
  issue: (due: number) => void,
  onTheWay: ReadonlySet<Promise<void>>,
): Promise<void> {
  while (performance.now() < end) {
    while (onTheWay.size < at_once) issue(performance.now());
    await Promise.race(onTheWay);
  }
}

/** Of ascending values; NaN of none. */
export function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.max(Math.ceil(ascending.length * share) - 1, 0)] ?? Number.NaN;
}
