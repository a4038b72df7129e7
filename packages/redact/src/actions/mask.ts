import type { MaskStyle } from "@scrim/policy";

/** What hides the middle of a value. Always the same length, so that it doesn't tell the value's. */
const STARS = "***";
const LONG_STARS = "****";

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

/** `john@example.com` to `j***@example.com`. */
function maskEmail(value: string): string | undefined {
  const at = value.lastIndexOf("@");
  const domain = value.slice(at + 1);
  if (at < 1 || !/^[A-Za-z0-9.-]{3,255}$/.test(domain) || /[\s@]/.test(value.slice(0, at))) return undefined;
  const first = String.fromCodePoint(value.codePointAt(0)!);
  return `${first === "*" ? "" : first}${STARS}@${domain}`;
}

/** `4111 1111 1111 1111` to `****1111`. */
function maskCard(value: string): string | undefined {
  const digits = value.replace(/[ -]/g, "");
  if (/^\*{4}\d{4}$/.test(digits)) return digits;
  return /^\d{12,19}$/.test(digits) ? `${LONG_STARS}${digits.slice(-4)}` : undefined;
}

/** Shows a part only where at least as much again stays hidden. */
function maskTail(value: string, shown: number): string | undefined {
  const characters = [...value];
  if (value.endsWith(LONG_STARS) && characters.length === shown + LONG_STARS.length) return value;
  return characters.length >= 2 * shown && characters.length > 0
    ? characters.slice(0, shown).join("") + LONG_STARS
    : undefined;
}

function maskHead(value: string, shown: number): string | undefined {
  const characters = [...value];
  if (value.startsWith(LONG_STARS) && characters.length === shown + LONG_STARS.length) return value;
  return characters.length >= 2 * shown && characters.length > 0
    ? LONG_STARS + characters.slice(characters.length - shown).join("")
    : undefined;
}
