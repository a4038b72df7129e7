/**
 * The check of Verhoeff (1969) over a string of digits, the last of which is the check digit: products in the group
 * of symmetries of a pentagon, each digit permuted by its place. One number in ten passes by chance.
 */
export function verhoeff(digits: string): boolean {
  let product = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 0x30;
    for (let turn = i % 8; turn > 0; turn--) digit = PERMUTATION[digit]!;
    product = multiply(product, digit);
  }
  return digits.length > 0 && product === 0;
}

const PERMUTATION = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4] as const;

/** 0 to 4 are rotations, 5 to 9 reflections. */
function multiply(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b - 5) % 5);
  return b < 5 ? 5 + ((a - 5 - b + 5) % 5) : (a - b + 5) % 5;
}
