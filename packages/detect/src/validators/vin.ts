/** What letters count, from A; I, O and Q are not used. */
const LETTERS = "12345678012345070923456789";
const WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** The check of 49 CFR 565.15 over seventeen capitals and digits, in the ninth place. One in eleven passes by chance. */
export function isVin(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < WEIGHTS.length; i++) {
    const code = text.charCodeAt(i);
    sum += WEIGHTS[i]! * (code < 0x3a ? code - 0x30 : Number(LETTERS[code - 0x41]));
  }
  return "0123456789X"[sum % 11] === text[8];
}
