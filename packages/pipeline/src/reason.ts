/** A log line's and a label's worth: lower-case words, no digits, so no data either. */
const REASON = /^[a-z]+(_[a-z]+){0,7}$/;
const REASON_LENGTH_MAX = 64;

/** A component's word for why, as it may stand in logs, labels and answers: `other` if it might be data. */
export function shownReason(reason: string): string {
  return reason.length <= REASON_LENGTH_MAX && REASON.test(reason) ? reason : "other";
}
