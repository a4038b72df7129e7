/** Code points, both ends included. */
export type Range = readonly [from: number, to: number];

export const CODE_POINT_MAX = 0x10_ffff;

/** The same code points in ascending ranges of which none touches the next. */
export function joinRanges(ranges: readonly Range[]): readonly Range[] {
  const result: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

/** The code points outside of the ranges. */
export function complementOf(ranges: readonly Range[]): readonly Range[] {
  const gaps: Range[] = [];
  let next = 0;
  for (const [from, to] of joinRanges(ranges)) {
    if (from > next) gaps.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= CODE_POINT_MAX) gaps.push([next, CODE_POINT_MAX]);
  return gaps;
}

/** Whether a code point is in one of the ranges. Asked a million times while detectors are compiled, so it makes nothing. */
export function isInRanges(ranges: readonly Range[], code: number): boolean {
  for (let i = 0; i < ranges.length; i++) {
    const range = ranges[i]!;
    if (range[0] <= code && code <= range[1]) return true;
  }
  return false;
}
