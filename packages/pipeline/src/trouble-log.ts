import type { Log } from "./log.ts";

/** How long what was said stands, however often trouble comes and goes meanwhile. */
const CALM_MS = 10_000;

/**
 * Says when the trouble of something begins, changes and ends: at once, and where it comes and goes at most every ten seconds, what then holds.
 *
 * @returns to be told the present trouble and what is known besides, both of fixed words; nothing where there is none
 */
export function troubleLog(place: string, log: Log): (trouble: string, detail?: string) => void {
  let present = "";
  let said = "";
  let calm: NodeJS.Timeout | undefined;

  function say(): void {
    calm = undefined;
    if (present === said) return;
    said = present;
    if (present === "") log.info(`${place}: delivers again`);
    else log.warn(`${place}: can't deliver: ${present}`);
    calm = setTimeout(say, CALM_MS).unref();
  }

  return (trouble, detail) => {
    present = detail === undefined ? trouble : `${trouble} (${detail})`;
    if (calm === undefined) say();
  };
}
