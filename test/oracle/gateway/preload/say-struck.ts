import fs from "node:fs";

/** As it is before anybody puts faults into it. */
const { writeSync } = fs;

/** What stands before the kind of a fault that was put into this process, on standard error. */
const MARK = "oracle: struck ";

/** Tells the oracle, at once: the process may be about to end. */
export function sayStruck(kind: string): void {
  try {
    writeSync(2, `${MARK}${kind}\n`);
  } catch {
    // Nobody reads any more.
  }
}

/** The kinds that stand in what a gateway wrote. */
export function struckIn(output: string): string[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith(MARK))
    .map((line) => line.slice(MARK.length));
}
