import type { Log } from "./log.ts";

/**
 * Says when the trouble of something begins, changes and ends, not each time.
 *
 * @returns to be told the present trouble, in a few fixed words; nothing where there is none. What is told besides does not make it another one.
 */
export function troubleLog(place: string, log: Log): (trouble: string, detail?: string) => void {
  let last = "";
  return (trouble, detail) => {
    if (trouble === last) return;
    last = trouble;
    if (trouble === "") log.info(`${place}: delivers again`);
    else log.warn(`${place}: can't deliver: ${trouble}${detail === undefined ? "" : ` (${detail})`}`);
  };
}
