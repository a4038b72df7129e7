/** The ASCII letters and digits of a candidate, in capitals; separators are left out. */
export function compactOf(candidate: string): string {
  let compact = "";
  for (let i = 0; i < candidate.length; i++) {
    const code = candidate.charCodeAt(i);
    const folded = code | 0x20;
    if ((code >= 0x30 && code <= 0x39) || (folded >= 0x61 && folded <= 0x7a)) compact += candidate[i];
  }
  return compact.toUpperCase();
}

/** `000000000`: what a form holds before it is filled in. Many check digits are right for it. */
export function isOneDigit(compact: string): boolean {
  for (let i = 1; i < compact.length; i++) if (compact[i] !== compact[0]) return false;
  return true;
}
