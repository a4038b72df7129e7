import { isAlphanumeric } from "./neighbours.ts";

/**
 * Words that say there is no value, or what became of it, or of which type it is. `password` and `secret` are not
 * among them: people do choose those.
 */
const STAND_INS: ReadonlySet<string> = new Set(
  (
    "null nil none undefined true false yes no on off empty blank unset set missing required optional invalid " +
    "incorrect wrong expired failed failure error unknown changed reset masked hidden redacted filtered removed " +
    "withheld omitted truncated protected encrypted provided string str int integer number text char bool boolean " +
    "object array bytes"
  ).split(" "),
);

/** Beginnings of what redactors leave behind, this one's `[REDACTED:email]` and `REDACTED` among them. */
const MARKS = ["redacted", "withheld", "filtered", "masked", "hidden", "removed", "omitted", "scrubbed"];

/** How names of variables, templates, commands and resources begin, and values that somebody else encrypted. */
const REFERENCE_STARTS = [
  "$(",
  "{{",
  "${{",
  "{%",
  "%(",
  "%{",
  "#{",
  "$_",
  "\\$_",
  "&lt;",
  "ENC[",
  "ENC(",
  "vault:",
  "ref+",
  "op://",
  "ssm:",
  "arn:",
  "process.env",
  "os.environ",
  "env.",
  "var.",
  "vars.",
  "config.",
  "settings.",
  "secrets.",
];

/** Tags of YAML that stand before a reference or what somebody else encrypted. */
const TAGS: ReadonlySet<string> = new Set("!vault !secret !Ref !Sub !GetAtt !ENV !env !reference".split(" "));

const ASCII_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/**
 * True for a value that needs no masking: what a redactor put there, a name of a variable or template
 * (`${DB_PASSWORD}`, `{{ token }}`, `%s`), or a word such as `null`.
 */
export function isPlaceholder(value: string): boolean {
  const core = trimPunctuation(value).toLowerCase();
  if (core.length === 0 || TAGS.has(value) || STAND_INS.has(core.split("|", 1)[0]!)) return true;
  return isRedacted(value) || isReference(value) || isOneCharacter(core);
}

/**
 * True for what a redactor put there, so that redacting twice changes nothing more: `REDACTED`, `[REDACTED:email]`,
 * `<hidden by policy>`, `****1111`. `hidden-valley-99` is somebody's password.
 */
export function isRedacted(value: string): boolean {
  const core = trimPunctuation(value).toLowerCase();
  const mark = MARKS.find((word) => core.startsWith(word));
  if (mark === undefined) return isMasked(value);
  return core.length === mark.length || core[mark.length] === ":" || isBracketed(value) || isMasked(value);
}

/** `[REDACTED:url_credentials]` and whatever else a redactor puts in brackets. */
export function isBracketedMark(value: string): boolean {
  return isBracketed(value) && isRedacted(value);
}

/** In one pair of brackets from end to end; the closing one may be cut off, as it is from unquoted values. */
function isBracketed(value: string): boolean {
  const closing = "]>)}"["[<({".indexOf(value[0] || " ")];
  if (closing === undefined) return false;
  const end = value.indexOf(closing);
  return end === -1 || end === value.length - 1;
}

/**
 * True where the key in front of a candidate belongs to a redactor's mark: in `[REDACTED:us_ssn]: ` and in
 * `[REDACTED:api_key:` the words name what was found, not what follows.
 */
export function followsMark(before: string): boolean {
  const start = before.lastIndexOf("[");
  const end = before.indexOf("]", start);
  const isDirectlyBefore = end === -1 || isPunctuation(before.slice(end));
  return start !== -1 && isDirectlyBefore && isRedacted(before.slice(start, end === -1 ? undefined : end));
}

/** `****1111`, `j***@example.com`, `abc***`; bullets too, which are three bytes each. */
function isMasked(value: string): boolean {
  return ["***", "\xe2\x80\xa2\xe2\x80\xa2"].some(
    (stars) => value.startsWith(stars) || value.endsWith(stars) || value.includes(`${stars}@`),
  );
}

/** `$NAME`, `${NAME}`, `$(command)`, `{{ name }}`, `<name>`, `%s`, `%(name)s`, `%NAME%`, `process.env.NAME`. */
export function isReference(value: string): boolean {
  if (REFERENCE_STARTS.some((start) => value.startsWith(start))) return true;
  const [first, second] = value;
  if (first === "[" && value.at(-1) === "]") return isVariableName(value.slice(1, -1));
  if (first === "$" && second === "{")
    return isName(value.slice(2)) || value.indexOf("}") === value.length - 1;
  if (first === "$") return isVariablePath(value) || (isName(value.slice(1)) && isVariable(value));
  if (first === ":" || first === "@") return isParameter(value);
  if (first === "{") return isName(value.slice(1));
  if (first === "<") return value.endsWith(">");
  if (first === "%") return value.length === 2 || value.endsWith("%");
  return endsInCall(value);
}

/** `$BASE_URL/forgot-password`: what a variable holds, and more behind it. */
function isVariablePath(value: string): boolean {
  const slash = value.indexOf("/");
  return slash !== -1 && value.slice(0, slash).includes("_") && isVariableName(value.slice(1, slash));
}

/** `:password` and `@token` of a statement; not `@Passw0rd`. */
function isParameter(value: string): boolean {
  for (let i = 1; i < value.length; i++) if (value[i] !== "_" && !isLowerCase(value[i]!)) return false;
  return mentionsSecret(value);
}

/** `DB_PASSWORD`. */
function isVariableName(name: string): boolean {
  return name !== "" && name === name.toUpperCase() && isName(name);
}

/** A name, as far as the `}` or the default value behind it. */
function isName(text: string): boolean {
  let end = 0;
  while (isAlphanumeric(text, end) || (end < text.length && "_. ".includes(text[end]!))) end++;
  return end > 0 && (end === text.length || "}:".includes(text[end]!));
}

/** `$PASSWORD`, `$db_password`, `$accountKey`; not `$ecret`, which may be meant. */
function isVariable(value: string): boolean {
  return value === value.toUpperCase() || value.includes("_") || mentionsSecret(value);
}

function mentionsSecret(value: string): boolean {
  const lower = value.toLowerCase();
  return ["pass", "secret", "token", "key"].some((part) => lower.includes(part));
}

function isLowerCase(character: string): boolean {
  return character >= "a" && character <= "z";
}

/** `getPassword()`, `request.form["x`, `users.get(name`, `input(` before a quote. */
function endsInCall(value: string): boolean {
  let end = 0;
  while (isAlphanumeric(value, end) || value[end] === "_" || value[end] === ".") end++;
  if (end === 0 || (value[end] !== "(" && value[end] !== "[")) return false;
  return value[end + 1] === ")" || end + 1 === value.length || value.slice(0, end).includes(".");
}

/** `xxxxxxxx`, `XXXX-XXXX`, `00000000`. */
function isOneCharacter(core: string): boolean {
  for (const character of core) {
    if (character !== core[0] && character !== "-" && character !== "_") return false;
  }
  return true;
}

/** Signs and blanks alone, as between a key and its value. */
function isPunctuation(text: string): boolean {
  for (const character of text) {
    if (!ASCII_PUNCTUATION.includes(character) && character.trim() !== "") return false;
  }
  return true;
}

function trimPunctuation(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && ASCII_PUNCTUATION.includes(value[start]!)) start++;
  while (end > start && ASCII_PUNCTUATION.includes(value[end - 1]!)) end--;
  return value.slice(start, end);
}
