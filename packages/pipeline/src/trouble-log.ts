import type { Log } from "./log.ts";

/**
 * Says when the trouble of something begins, changes and ends, not each time.
 *
 * @returns to be told the present trouble, in a few fixed words; nothing where there is none
 */
export function troubleLog(place: string, log: Log): (trouble: string) => void {
  let last = "";
  return (trouble) => {
    if (trouble === last) return;
    last = trouble;
    if (trouble === "") log.info(`${place}: delivers again`);
    else log.warn(`${place}: can't deliver: ${trouble}`);
  };
}
