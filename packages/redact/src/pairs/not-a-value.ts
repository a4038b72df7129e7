import { isPlaceholder } from "@scrim/detect";
import type { ValueSpan } from "./value-span.ts";

/**
 * What a sentence says about a key goes on with one of these: `password: must not be empty`, `token: expired for
 * user 7`. Words that also stand alone as a value, such as `none`, are among the placeholders.
 */
const VERDICTS: ReadonlySet<string> = new Set(
  (
    "a an the is isn't are was were be been being has have had does do did don't doesn't not no never none must " +
    "mustn't should shouldn't shall may might can cannot can't could couldn't will won't would needs need only " +
    "already too either neither both and or but for from in on at by with without of to when while if because " +
    "required missing invalid incorrect wrong expired unexpected malformed mismatch mismatched failed failure " +
    "failing fails error unknown unsupported unavailable unreachable empty blank unset set changed reset updated " +
    "refreshed renewed rotated revoked rejected denied refused accepted granted allowed disallowed forbidden " +
    "verified unverified confirmed validated validation verification authentication authorization lookup length " +
    "format value values field column header parameter parameters argument type name found lost received sent " +
    "created deleted removed added generated loaded saved stored used using unused reused duplicate duplicated " +
    "taken exists contains matches does cached decoded encoded parsed signed unsigned ok success successful " +
    "successfully enabled disabled optional deprecated ignored skipped provided supplied present absent please " +
    "enter check see use got expected there this that it its your you we they"
  ).split(" "),
);

/** Keys whose short name means more than one thing, and what their values look like where it is the one we mean. */
const SHAPES: readonly { readonly key: RegExp; readonly shape: RegExp }[] = [
  { key: /(?:lat|lon|lng)$/i, shape: /^[-+]?\d{1,3}(?:\.\d+)?$/ }, // not a latency
  { key: /dsn$/i, shape: /[/:@=]/ }, // not the status of a mail
  { key: /device[ _.-]?id$/i, shape: /[^\d]|\d{4}/ }, // not the number of a mouse
];

/** Values longer than this are looked at for how they begin only. In bytes. */
const LOOKED_AT_MAX = 256;

/** A value as it stands in a text, and how sure its surroundings are that it is one. */
export interface CandidateValue {
  readonly text: string;
  readonly key: string;
  readonly isCredential: boolean;
  readonly evidence: ValueSpan["evidence"];
  /** Nothing of the sentence follows. */
  readonly isLast: boolean;
}

/**
 * Whether what stands in the place of a value is none: a placeholder, a name of a variable or column, how a
 * program prints an object, a count, or the rest of a sentence.
 */
export function isNoValue(value: CandidateValue): boolean {
  return value.evidence !== "whole" && (isOfOtherKind(value) || isSaid(value));
}

function isOfOtherKind(value: CandidateValue): boolean {
  const { text, key } = value;
  if (text.length > LOOKED_AT_MAX) return false;
  if (isPlaceholder(text) && !hidesMore(text)) return true;
  if (isReference(value) || isCount(value)) return true;
  if (value.isCredential && isObject(text)) return true;
  return SHAPES.some((each) => each.key.test(key) && !each.shape.test(text));
}

/** A number, and what looks like a redactor's mark but says more: `redacted:hunter2`, `***hunter2`. */
function hidesMore(text: string): boolean {
  if (/^\d*[1-9]\d*$/.test(text)) return true;
  return text.includes(":") || (text.includes("***") && /[A-Za-z0-9]/.test(text));
}

/** `:email` and `@email` of a statement; `u.email`, `req.body.password`; `email=email` of a call. */
function isReference({ text, key }: CandidateValue): boolean {
  const lower = text.toLowerCase();
  if (/^[:@][a-z_]\w{0,63}$/.test(lower)) return true;
  const word = lastWord(key);
  return lower.endsWith(`.${word}`) || (lower === word && !word.startsWith("pass"));
}

/** `userEmail` and `user_email` to `email`. */
function lastWord(key: string): string {
  return (
    /(?:[A-Z]?[a-z0-9]+|[A-Z0-9]+)$/.exec(key.slice(-LOOKED_AT_MAX))?.[0].toLowerCase() ?? key.toLowerCase()
  );
}

/** `emails: 3`, `secrets=12`. */
function isCount({ text, key }: CandidateValue): boolean {
  return /s$/i.test(key) && /^\d{1,6}$/.test(text);
}

/** `Token{a64f992`, `android.os.BinderProxy@2bd79ce`: as Java prints what has no text. */
function isObject(text: string): boolean {
  return (
    /^[A-Z]\w{0,63}[{(]/.test(text) ||
    /^(?:[a-z]\w{0,31}\.){1,8}[A-Z][\w$]{0,63}(?:@[0-9a-f]{1,16}|\{.{0,64})$/.test(text)
  );
}

/** The rest of a sentence: `password: must not be empty`. */
function isSaid({ text, key, isCredential, isLast, evidence }: CandidateValue): boolean {
  if (evidence === "certain") return false;
  if (VERDICTS.has(/^[A-Za-z']{1,32}(?![^\s,;.!])/.exec(text)?.[0].toLowerCase() ?? "")) return true;
  if (evidence === "line") return false;
  // Passwords of letters alone have a detector that knows them better, and `secret: my-config-map` is a name.
  if (isCredential) return /^[A-Za-z]+(?:[-_.][A-Za-z]+)*$/.test(text);
  return !isLast && !/name$/i.test(key) && /^[a-z' -]+$/.test(text);
}
