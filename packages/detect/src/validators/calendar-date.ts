/** True for a day of the Gregorian calendar, `month` and `day` from 1. */
export function isDate(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** True for six digits that can be a date in some century, year first. */
export function isYymmdd(digits: string): boolean {
  return isDateWithoutCentury(two(digits, 0), two(digits, 2), two(digits, 4));
}

/** True for six digits that can be a date in some century, day first. */
export function isDdmmyy(digits: string): boolean {
  return isDateWithoutCentury(two(digits, 4), two(digits, 2), two(digits, 0));
}

/** 29 February counts where `yy` is a leap year in some century, the year 00 included. */
export function isDateWithoutCentury(yy: number, month: number, day: number): boolean {
  return isDate(2000 + yy, month, day);
}

/** The number that two digits at an index make. */
export function two(digits: string, index: number): number {
  return (digits.charCodeAt(index) - 0x30) * 10 + digits.charCodeAt(index + 1) - 0x30;
}
