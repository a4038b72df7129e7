import type { CandidateContext, DetectorDefinition } from "../detector.ts";
import { matcherOf } from "../expressions/engine.ts";
import { isAlphanumeric, isDigit, isLetter } from "../validators/neighbours.ts";

/** What may stand between a key and its value: `=`, `: `, `":"`, `' => '`, `\":\"`, ` := `, `?=`, `!==`, `[] = @`. */
const TO_VALUE = String.raw`(?:\\{0,3}["'\]]{1,2}|\[\d{0,4}\])?[ \t]{0,8}(?:=>|[!?:]{0,3}={1,3}|:)[ \t]{0,16}@?`;

/** From the opening quote to before the closing one: backslash-escaped quotes, double, single, backticks. */
const QUOTED = [
  String.raw`\\{1,3}"[^"\\\r\n]+`,
  String.raw`"(?:[^"\\\r\n]|\\[^\r\n])+`,
  String.raw`'(?:[^'\\\r\n]|\\[^\r\n])+`,
  "`[^`\\r\\n]+",
].join("|");

/** In quotes from end to end and without blanks: a value even where no sign of equality leads to it. */
const QUOTED_WORD = String.raw`"[^"\\\s]{3,128}"|'[^'\\\s]{3,128}'`;

/** Up to what separates pairs. Brackets may belong to the value; {@link withoutQuotes} drops them from its end. */
const BARE = String.raw`(?:[^\s"'${"`"},;&|<\\]|\\[^nrt"'\\])+`;

const VALUE = matcherOf(`^(?:${QUOTED}|${BARE})$`);

/** `NAME", "value": `, `NAME\n  value: `, `NAME" value=`: pairs that name their key, as lists of variables do. */
const NAMED = String.raw`\\{0,3}["']?,?\s{1,40}\\{0,3}["']?(?i:value)\\{0,3}["']?[ \t]{0,4}[=:][ \t]{0,4}|\\{0,3}["'],\\{0,3}["'](?i:value)\\{0,3}["']:`;

/** `--db-password value` and ` -password value`. */
const OPTION = String.raw`(?:--|[\s"']-)[A-Za-z0-9-]{0,40}`;

const OPTION_VALUE = String.raw`${QUOTED}|[^\s"'${"`"}<|-]${BARE}`;

/** Where a value begins is decided within so many; longer than anything a key and what leads to its value can be. */
const HEAD_CHARACTERS = 512;

/**
 * Pattern and narrowing of `key=value` and its spellings in logs, JSON (escaped or not), YAML, XML, Ruby, Go,
 * makefiles, connection strings and command lines, of calls such as `set("KEY", "value")` and `setKey("value")`, of
 * `the key is 'value'` and `"value" == key`. `keys` is an RE2 expression without `=`, `:` and `,`. The finding is the
 * value, without quotes.
 */
export function keyed(keys: string): Required<Pick<DetectorDefinition, "pattern" | "narrow">> {
  const lead = matcherOf(`^(?:${keys})${TO_VALUE}`);
  const value = matcherOf(`^(?:${keyedPattern(keys, "(")})$`);
  return {
    pattern: keyedPattern(keys, "(?:"),
    narrow: (match) => {
      const head = match.slice(0, HEAD_CHARACTERS);
      const leadEnd = lead.endIn(head);
      // What is tried first, and nearly always it: captures take ten times as long.
      if (leadEnd >= 0 && VALUE.endIn(head.slice(leadEnd)) >= 0) return withoutQuotes(match, leadEnd);
      const captures = value.groupsIn(head) ?? [];
      const compared = captures.at(-1);
      if (compared !== undefined) return [1, compared.length - 1];
      const found = captures.find((capture) => capture !== undefined) ?? head;
      return withoutQuotes(match, head.length - found.length);
    },
  };
}

/** `open` opens the groups that hold the value: the end of a match or, compared with the key, its beginning. */
export function keyedPattern(keys: string, open: "(" | "(?:"): string {
  const assigned = `(?:${TO_VALUE}|${NAMED})${open}${QUOTED}|${BARE})`;
  const inCall = String.raw`["'][ \t]{0,4},[ \t]{0,4}${open}${QUOTED})`;
  const called = String.raw`(?:\.assign)?\([ \t]{0,4}${open}${QUOTED_WORD})`;
  const inElement = String.raw`>${open}[^\s<>"'&]{3,256})`;
  const spoken = String.raw`(?:[ \t](?i:is|was))?[ \t]{1,4}${open}${QUOTED_WORD})`;
  const option = String.raw`${OPTION}(?:${keys})[ \t]{1,4}${open}${OPTION_VALUE})`;
  const compared = String.raw`${open}${QUOTED_WORD})[ \t]{0,4}[!=]={1,2}[ \t]{0,4}[A-Za-z0-9_.]{0,40}(?:${keys})[\s)&|;]`;
  return `(?:${keys})(?:${assigned}|${inCall}|${called}|${inElement}|${spoken})|${option}|${compared}`;
}

/** The same of a value in a known alphabet. `value` is an RE2 expression, and its match the end of the whole one's. */
export function keyedToken(
  keys: string,
  value: string,
): Required<Pick<DetectorDefinition, "pattern" | "narrow">> {
  const lead = String.raw`(?:${keys})(?:${TO_VALUE}|["'][ \t]{0,4},[ \t]{0,4}|[ \t]{1,4})\\{0,3}["'${"`"}]?`;
  const whole = matcherOf(`^${lead}(${value})$`);
  return {
    pattern: String.raw`${lead}(?:${value})\b`,
    narrow: (match) => [match.length - (whole.groupsIn(match)?.[0] ?? match).length, match.length],
  };
}

function withoutQuotes(match: string, from: number): readonly [start: number, end: number] {
  let start = from;
  while (match[start] === "\\") start++;
  const quote = match[start] ?? "";
  if (`"'\``.includes(quote)) {
    return [start + 1, match.length - (match.length > start + 1 && match.endsWith(quote) ? 1 : 0)];
  }
  let end = match.length;
  while (end > from && CLOSERS.includes(match[end - 1]!)) end--;
  return [from, end];
}

const CLOSERS = ")]}>.";

/** `"type":"password","port":…`: what looks like a value is the next member's name. */
export function isMemberName(value: string, { before, after }: CandidateContext): boolean {
  if (value.startsWith(",") && value.endsWith(":")) return true;
  if (!before.replaceAll(/["'\\ ]/g, "").endsWith(",")) return false;
  let index = 0;
  while (after[index] === "\\") index++;
  if (after[index] !== '"' && after[index] !== "'") return false;
  do index++;
  while (after[index] === " ");
  return after[index] === ":";
}

/** `password: must not be empty`, `the --password option is`: a word with more words behind it. */
export function isProse(value: string, { before, after }: CandidateContext): boolean {
  if (!(before.endsWith(": ") || isLetter(before.trimEnd(), before.trimEnd().length - 1))) return false;
  if (after[0] !== " " || !isLetter(after, 1)) return false;
  for (let i = 0; i < value.length; i++) if (!isLetter(value, i)) return false;
  return true;
}

/** `"Password: " + read() + ","`: between the quotes stands code. */
export function isBetweenQuotes(value: string): boolean {
  return value.trimStart().startsWith("+") && (value.includes("(") || value.trimEnd().endsWith("+"));
}

/** Last words of keys that say something about a secret, and don't hold it: `token_type`, `passwordResetUrl`. */
const ABOUT = new Set(
  (
    "id ids name names count counts type types url urls uri link path paths file files filename dir directory length len " +
    "size ttl expiry expires expiration exp at date time timestamp age label field hint policy status state version ref " +
    "reference arn limit limits max min usage index prefix format algorithm alg scope issuer audience endpoint enabled " +
    "required placeholder source title message error errors manager provider service store class position kind rotation " +
    "header headers param parameter column table alias tag group role region host hostname domain backend engine mode " +
    "method regex pattern template schema duration timeout interval lifetime period vault"
  ).split(" "),
);

/** Words of keys whose tokens only lead to the next page, and of those that are made to be seen. */
const HARMLESS = new Set(["page", "next", "continuation", "cursor", "sync", "public", "publishable"]);

/** True where the key directly before a value tells that it is none of the secrets it mentions. */
export function isAboutSecret({ before }: CandidateContext): boolean {
  if (isInArn(before)) return true;
  const words = keyWords(before);
  if (words.slice(-3).join(" ") === "access key id") return false; // half of a pair, as AKIA… is
  return ABOUT.has(words.at(-1) ?? "") || words.some((word) => HARMLESS.has(word));
}

/** `arn:aws:secretsmanager:eu-west-1:123456789012:secret:`: behind it stands a name. */
function isInArn(before: string): boolean {
  return before.endsWith(":secret:") && isDigit(before, before.length - ":secret:".length - 1);
}

/** The words of the key that ends before the quotes and signs at the end of `before`, in lower case. */
function keyWords(before: string): readonly string[] {
  let end = before.length;
  while (end > 0 && !isAlphanumeric(before, end - 1)) end--;
  let start = end;
  while (start > 0 && (isAlphanumeric(before, start - 1) || "_.-".includes(before[start - 1]!))) start--;
  return splitWords(before.slice(start, end));
}

/** `accessTokenTTL`, `access_token-ttl`: access, token, ttl. */
function splitWords(key: string): readonly string[] {
  const words: string[] = [];
  let word = "";
  for (let i = 0; i < key.length; i++) {
    const isUpper = key[i]! >= "A" && key[i]! <= "Z";
    const isBoundary = !isAlphanumeric(key, i) || (isUpper && i > 0 && key[i - 1]! >= "a");
    if (isBoundary && word !== "") words.push(word);
    if (isBoundary) word = "";
    if (isAlphanumeric(key, i)) word += key[i]!.toLowerCase();
  }
  return word === "" ? words : [...words, word];
}
