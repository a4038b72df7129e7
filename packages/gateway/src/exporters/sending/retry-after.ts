/** A destination that asks for more is taken to be mistaken. */
export const RETRY_AFTER_MS_MAX = 5 * 60 * 1_000;

const MS_PER_SECOND = 1_000;

/**
 * How long a `Retry-After` header asks to wait: a number of seconds, or a date. 0 for garbage and for the past.
 * https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number {
  const text = header?.trim() ?? "";
  const ms = /^\d{1,10}$/.test(text) ? Number(text) * MS_PER_SECOND : parseHttpDate(text) - nowMs;
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX);
}

/** Only what begins with a day's name, as all three of HTTP's formats do: JavaScript takes `1` for a date too. */
function parseHttpDate(text: string): number {
  return /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) && text.length <= 40 ? Date.parse(text) : Number.NaN;
}
