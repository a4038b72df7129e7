/** ISO/IEC 7064 MOD 11,10 over digits of which the last is the check digit. One number in ten passes by chance. */
export function isMod11And10(digits: string): boolean {
  let product = 10;
  for (let i = 0; i < digits.length - 1; i++) {
    const sum = (digits.charCodeAt(i) - 0x30 + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (11 - product) % 10 === digits.charCodeAt(digits.length - 1) - 0x30;
}

/** ISO/IEC 7064 MOD 11-2 over digits and a check character, 0 to 9 or X. One number in eleven passes by chance. */
export function isMod11And2(text: string): boolean {
  let remainder = 0;
  for (let i = 0; i < text.length - 1; i++) {
    remainder = ((remainder + text.charCodeAt(i) - 0x30) * 2) % 11;
  }
  return "0123456789X"[(12 - remainder) % 11] === text.at(-1);
}
