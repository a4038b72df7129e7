/** The ASCII digits of a candidate; separators are left out. */
export function digitsOf(candidate: string): string {
  let digits = "";
  for (let i = 0; i < candidate.length; i++) {
    const code = candidate.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) digits += candidate[i];
  }
  return digits;
}
