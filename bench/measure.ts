/** One measured thing: how long one call takes at best and at the median, in milliseconds. */
export interface Measurement {
  readonly bestMs: number;
  readonly medianMs: number;
}

/** Calls before counting, so that code is compiled and caches are warm. */
const WARM_UPS = 5;

/** What takes this long is warm after one call, and measured in two. */
const SLOW_MS = 500;
const SLOW_RUNS = 2;

/**
 * Measures several things in turn, A B C A B C, so that what else the machine does meets all alike. Ratios of
 * one run may be compared; times of different runs may not.
 */
export function measureInTurn(
  runs: number,
  calls: Readonly<Record<string, () => unknown>>,
): Record<string, Measurement> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(calls).map((name) => [name, []]));
  const slow = new Set<string>();
  for (let round = 0; round < WARM_UPS + runs; round++) {
    for (const [name, call] of Object.entries(calls)) {
      const counted = times[name]!;
      if (slow.has(name) && counted.length === SLOW_RUNS) continue;
      const start = performance.now();
      call();
      const elapsedMs = performance.now() - start;
      if (round >= WARM_UPS || slow.has(name)) counted.push(elapsedMs);
      if (elapsedMs > SLOW_MS) slow.add(name);
    }
  }
  return summaries(times);
}

/** The same for calls that have to be waited for. */
export async function measureInTurnAsync(
  runs: number,
  calls: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<Record<string, Measurement>> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(calls).map((name) => [name, []]));
  for (let round = 0; round < WARM_UPS + runs; round++) {
    for (const [name, call] of Object.entries(calls)) {
      const start = performance.now();
      await call();
      if (round >= WARM_UPS) times[name]!.push(performance.now() - start);
    }
  }
  return summaries(times);
}

function summaries(times: Readonly<Record<string, readonly number[]>>): Record<string, Measurement> {
  return Object.fromEntries(
    Object.entries(times).map(([name, all]) => {
      const sorted = all.toSorted((a, b) => a - b);
      return [name, { bestMs: sorted[0]!, medianMs: sorted[sorted.length >> 1]! }];
    }),
  );
}

export const megabytesPerSecond = (bytes: number, ms: number): string =>
  (bytes / 1e6 / (ms / 1e3)).toFixed(bytes / 1e3 / ms < 10 ? 1 : 0);

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}
