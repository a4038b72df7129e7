/** The check digit of ICAO Doc 9303 part 3 section 4.9: weights 7, 3, 1; letters count from 10, `<` nothing. */
export function isMrzCheck(field: string, check: string | undefined): boolean {
  let sum = 0;
  for (let i = 0; i < field.length; i++) {
    const code = field.charCodeAt(i);
    const value = field[i] === "<" ? 0 : code < 0x3a ? code - 0x30 : code - 0x37;
    sum += value * [7, 3, 1][i % 3]!;
  }
  return String(sum % 10) === check;
}
