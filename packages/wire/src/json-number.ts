const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const UPPER_E = 0x45;
const LOWER_E = 0x65;

/** A 64-bit integer has at most twenty digits. Checked before a number of any length becomes a bigint. */
const INTEGER_DIGITS_MAX = 20;

/** So many decimal digits are exact in a double. */
const EXACT_DIGITS_MAX = 15;

const NUMBER_PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * The offset behind the number that begins at `start`, by JSON's grammar (RFC 8259, section 6), or -1 if there
 * is none. Never looks at or past `end`.
 */
export function scanNumber(text: Uint8Array, start: number, end: number): number {
  let pos = start < end && text[start] === MINUS ? start + 1 : start;
  const whole = scanDigits(text, pos, end);
  if (whole === pos || (text[pos] === ZERO && whole > pos + 1)) return -1;
  pos = whole;
  if (pos < end && text[pos] === POINT) {
    const fraction = scanDigits(text, pos + 1, end);
    if (fraction === pos + 1) return -1;
    pos = fraction;
  }
  if (pos < end && (text[pos] === LOWER_E || text[pos] === UPPER_E)) {
    const signed = pos + 1 < end && (text[pos + 1] === PLUS || text[pos + 1] === MINUS);
    const digits = signed ? pos + 2 : pos + 1;
    const exponent = scanDigits(text, digits, end);
    if (exponent === digits) return -1;
    pos = exponent;
  }
  return pos;
}

/**
 * The exact value of the JSON number in `text[start, end)`, or undefined if it is no integer or has over twenty
 * digits. `1.0` and `1e3` are integers, as proto3 JSON has it; `1.5` and `1e-1` are not. A bigint only where a
 * number could be wrong.
 */
export function parseInteger(text: Buffer, start: number, end: number): number | bigint | undefined {
  const negative = text[start] === MINUS;
  const digits = negative ? start + 1 : start;
  if (scanDigits(text, digits, end) < end) return parseDecimal(text.toString("latin1", start, end));
  if (end - digits > INTEGER_DIGITS_MAX) return undefined;
  if (end - digits > EXACT_DIGITS_MAX) return BigInt(text.toString("latin1", start, end));
  let value = 0;
  for (let pos = digits; pos < end; pos++) value = value * 10 + (text[pos]! - ZERO);
  return negative && value !== 0 ? -value : value;
}

/**
 * The double nearest to the JSON number in `text[start, end)`. Short ones are worked out here: up to fifteen
 * digits and a power of ten up to 22 are both exact in a double, so their quotient is rounded once and right
 * (W. D. Clinger, How to read floating point numbers accurately, 1990).
 */
export function parseDouble(text: Buffer, start: number, end: number): number {
  const negative = text[start] === MINUS;
  let value = 0;
  let point = end;
  if (end - start > EXACT_DIGITS_MAX) return Number(text.toString("latin1", start, end));
  for (let pos = negative ? start + 1 : start; pos < end; pos++) {
    const digit = text[pos]! - ZERO;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (text[pos] === POINT) point = pos + 1;
    else return Number(text.toString("latin1", start, end));
  }
  const double = value / 10 ** (end - point);
  return negative ? -double : double;
}

function parseDecimal(text: string): number | bigint | undefined {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = NUMBER_PARTS.exec(text) ?? [];
  const significant = (whole + fraction).replace(/^0+/, "");
  const digits = trimZeros(significant);
  if (digits === "") return 0;
  const zeros = Number(exponent) - fraction.length + (significant.length - digits.length);
  if (zeros < 0 || digits.length + zeros > INTEGER_DIGITS_MAX) return undefined;
  const value = BigInt(sign + digits + "0".repeat(zeros));
  return digits.length + zeros > EXACT_DIGITS_MAX ? value : Number(value);
}

/** A loop, since /0+$/ takes quadratic time on zeros that end in another digit. */
function trimZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === "0") end--;
  return digits.slice(0, end);
}

function scanDigits(text: Uint8Array, start: number, end: number): number {
  let pos = start;
  while (pos < end && text[pos]! >= ZERO && text[pos]! <= ZERO + 9) pos++;
  return pos;
}
