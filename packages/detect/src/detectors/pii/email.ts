import { defineDetector } from "../../detector.ts";
import { isAlphanumeric, isDigit } from "../../validators/neighbours.ts";

/** Letters of any script; internationalised addresses (RFC 6531) use them on both sides. */
const LETTER = String.raw`A-Za-z\x{80}-\x{10FFFF}`;

/** RFC 5321 allows more signs, such as = and /. In logs those stand between a key and the address. */
const LOCAL = `${LETTER}0-9_%+'-`;
const LOCAL_PART = String.raw`[${LOCAL}]+(?:\.[${LOCAL}]+)*`;
const LABEL = `[${LETTER}0-9](?:[${LETTER}0-9-]*[${LETTER}0-9])?`;

/** A host's last label may end in a number of up to eight digits, such as a date; more are another identifier, glued on. */
const GLUED_DIGITS_MIN = 9;

/** `icon@2x.png` and its kin name a file of double resolution. */
const IMAGE_SUFFIXES = ["png", "jpg", "jpeg", "gif", "webp", "svg"];

/** A label, and the account that all users of a Git host share: `git@github.com:acme/shop.git`. */
const NOBODY: ReadonlySet<string> = new Set(["REDACTED", "git"]);

export const email = defineDetector({
  id: "email",
  type: "email",
  class: "direct_identifier",
  pack: "pii",
  finds: "E-mail addresses with a dotted domain, internationalised ones included.",
  source: "RFC 5321 section 4.1.2; RFC 6531",
  confidence: "certain",
  atoms: [`[${LOCAL}]@[${LETTER}0-9]`],
  pattern: String.raw`${LOCAL_PART}@(?:${LABEL}\.)+(?:xn--[A-Za-z0-9-]+|[${LETTER}]{2,63}\d*)`,
  narrow: withoutQuote,
  confirm: (candidate, { before }) => {
    const at = candidate.lastIndexOf("@");
    if (continues(before) || endsInNumber(candidate) || isImageName(candidate.slice(at + 1))) return false;
    return !NOBODY.has(candidate.slice(0, at)) && !isInUserinfo(before);
  },
  examples: {
    match: [
      "jane.doe+tag@mail.example.com",
      "'o'neil@example.org'",
      "to=jürgen@müller.example;",
      "a@b.co.",
      "x1@jane@shop.example",
      "jane@shop.example4111111111111111",
    ],
    ignore: [
      "j***@example.com",
      "Session@1a2b3c4d",
      "icon@2x.png",
      "lodash@4.17.21",
      "tool@1.0.dev20260822",
      "REDACTED@db.example.com",
      "git@github.com:acme/shop.git",
    ],
  },
});

/** An apostrophe or a dash at the front is punctuation of the sentence. */
function withoutQuote(match: string): readonly [start: number, end: number] {
  let start = 0;
  while (match[start] === "'" || match[start] === "-") start++;
  return [start, match.length];
}

/** True when the local part began earlier: this candidate is the tail of a refused one, or of `j***@example.com@…`. */
function continues(before: string): boolean {
  const last = before.length - 1;
  if (before[last] === "@") return before.endsWith("***@");
  if (before[last] === ".") return isAlphanumeric(before, last - 1);
  return (
    isAlphanumeric(before, last) || before.charCodeAt(last) >= 0x80 || "_+%".includes(before[last] || " ")
  );
}

/** The domain's end has digits of its own, which no top-level domain has. */
function endsInNumber(candidate: string): boolean {
  let start = candidate.length;
  while (isDigit(candidate, start - 1)) start--;
  const digits = candidate.length - start;
  return (
    digits > 0 &&
    digits < GLUED_DIGITS_MIN &&
    !candidate.slice(candidate.lastIndexOf(".") + 1).startsWith("xn--")
  );
}

function isImageName(domain: string): boolean {
  const dot = domain.lastIndexOf(".");
  return (
    isDigit(domain, 0) && domain.slice(0, dot).endsWith("x") && IMAGE_SUFFIXES.includes(domain.slice(dot + 1))
  );
}

/** `scheme://user:` stands before: this is a password and a host, the business of `url_credentials`. */
function isInUserinfo(before: string): boolean {
  const scheme = before.lastIndexOf("://");
  if (scheme === -1) return false;
  const authority = before.slice(scheme + "://".length);
  return authority.includes(":") && !Array.from(" /?#@").some((sign) => authority.includes(sign));
}
