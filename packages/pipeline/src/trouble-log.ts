import type { Log } from "./log.ts";

/** How long nothing more is said, however often trouble comes and goes meanwhile. */
const CALM_MS = 10_000;

/** Different troubles of one calm that are said; more are only counted. */
const TROUBLES_MAX = 8;

const DELIVERY = { begins: "can't deliver", ends: "delivers again" };

/**
 * Says when the trouble of something begins, changes and ends: at once, and then at most every ten seconds, each kind of trouble that there was
 * meanwhile once and what holds in the end.
 *
 * @returns to be told the present trouble and what is known besides, both of fixed words; nothing where there is none
 */
export function troubleLog(
  place: string,
  log: Log,
  words: { readonly begins: string; readonly ends: string } = DELIVERY,
): (trouble: string, detail?: string) => void {
  /** What has come since something was said last. */
  const untold = new Set<string>();
  let present = "";
  let said = "";
  let calm: NodeJS.Timeout | undefined;

  function say(): void {
    calm = undefined;
    untold.delete(said);
    if (untold.size === 0 && present === said) return;
    untold.delete(present);
    if (present !== "") untold.add(present); // last, since it stays
    for (const trouble of untold) log.warn(`${place}: ${words.begins}: ${trouble}`);
    if (present === "") log.info(`${place}: ${words.ends}`);
    untold.clear();
    said = present;
    calm = setTimeout(say, CALM_MS).unref();
  }

  return (trouble, detail) => {
    present = detail === undefined ? trouble : `${trouble} (${detail})`;
    if (present !== "" && untold.size < TROUBLES_MAX) untold.add(present);
    if (calm === undefined) say();
  };
}
