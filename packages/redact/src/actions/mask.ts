import type { MaskStyle } from "@scrim/policy";

/** What hides the middle of a value. Always the same length, so that it doesn't tell the value's. */
const STARS = "***";
const LONG_STARS = "****";

/** UTF-16 units of one character. */
const UNITS_MAX = 2;

/**
 * A value with part of it hidden; undefined where the value doesn't have the style's shape or is too short to
 * show a part of, and must be masked whole. The result is a fixed point: masking it again changes nothing.
 */
export function maskPartly(value: string, style: MaskStyle): string | undefined {
  switch (style.style) {
    case "all":
      return undefined;
    case "email":
      return maskEmail(value);
    case "card":
      return maskCard(value);
    case "keep_first":
      return maskTail(value, style.characters);
    case "keep_last":
      return maskHead(value, style.characters);
  }
}

/** A name with a dot that ends as domains do: anything else behind an @ could be what is to be hidden. */
const DOMAIN = /^[A-Za-z0-9.-]{1,253}\.(?:[A-Za-z]{2,63}|xn--[A-Za-z0-9-]{1,59})$/;

/** `john@example.com` to `j***@example.com`. */
function maskEmail(value: string): string | undefined {
  const at = value.lastIndexOf("@");
  const domain = value.slice(at + 1);
  if (at < 1 || !DOMAIN.test(domain) || /[\s@]/.test(value.slice(0, at))) return undefined;
  const first = String.fromCodePoint(value.codePointAt(0)!);
  return `${first === "*" ? "" : first}${STARS}@${domain}`;
}

/** `4111 1111 1111 1111` to `****1111`. */
function maskCard(value: string): string | undefined {
  const digits = value.replace(/[ -]/g, "");
  if (/^\*{4}\d{4}$/.test(digits)) return digits;
  return /^\d{12,19}$/.test(digits) ? `${LONG_STARS}${digits.slice(-4)}` : undefined;
}

function maskTail(value: string, shown: number): string | undefined {
  if (value.endsWith(LONG_STARS) && isMasked(value, shown)) return value;
  const characters = [...value.slice(0, UNITS_MAX * 2 * shown)];
  return hidesEnough(characters, shown) ? characters.slice(0, shown).join("") + LONG_STARS : undefined;
}

function maskHead(value: string, shown: number): string | undefined {
  if (value.startsWith(LONG_STARS) && isMasked(value, shown)) return value;
  const characters = [...value.slice(-UNITS_MAX * 2 * shown)];
  return hidesEnough(characters, shown) ? LONG_STARS + characters.slice(-shown).join("") : undefined;
}

function isMasked(value: string, shown: number): boolean {
  return (
    value.length <= UNITS_MAX * shown + LONG_STARS.length && [...value].length === shown + LONG_STARS.length
  );
}

/** A part is shown only where at least as much again stays hidden. Of a value of megabytes a few characters tell. */
function hidesEnough(characters: readonly string[], shown: number): boolean {
  return characters.length >= 2 * shown;
}
