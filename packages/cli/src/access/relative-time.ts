/** Units of time, largest first: of what is told a person needs the order of magnitude. */
const UNITS = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
  [1, "s"],
] as const;

/** `3m ago`, `in 14m`, `now`: rounded down, so that nothing is told to last longer than it does. */
export function relativeTime(atS: number, nowS: number): string {
  const distance = Math.abs(Math.trunc(atS - nowS));
  if (distance === 0) return "now";
  const [size, unit] = UNITS.find(([seconds]) => seconds <= distance)!;
  const text = `${Math.floor(distance / size)}${unit}`;
  return atS > nowS ? `in ${text}` : `${text} ago`;
}
