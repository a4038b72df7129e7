import { CATALOGUE, HEADERS, LEAVES } from "@scrim/semconv";
import { changesValue } from "./decision.ts";
import type { Layer } from "./layer.ts";
import type { Decision } from "./plan.ts";

/**
 * Names whose value is itself a text with keys in it: a command line that stands in a sentence is read for its
 * options, and not taken whole as the attribute is.
 */
const READ_INSIDE = /command|environ|env_vars|argv|cmd_line/;

/** Longer names with what may follow them would not fit into an atom. */
const PHRASE_BYTES_MAX = 40;

const SHORT_LENGTH_MAX = 4;

/** What joins the words of a name in text: `card_number`, `Card number`, `cardNumber`. */
const JOINT = "[ _.-]?";

/** An index, quotes (escaped ones too), the bracket of `user[password]` or stars of Markdown, and what separates key and value. */
const TO_VALUE = String.raw`\d{0,2}(?:\\{0,3}["'\x60\]*]){0,2}[ \t]{0,8}(?:[=:>]|/>|value=)`;

/** What stands between a name and its value where neither is the other's key, whatever the name. All of them are rare. */
const APART = [
  String.raw`["'],(?:[ \t\r\n]|\\[nr]){0,16}\\{0,3}["']?(?i:value)\\{0,3}["']?[ \t]?[=:]`, // 'name': 'x', 'value': 'y'
  String.raw`(?:\n|\\n)[ \t]{1,16}value:[ \t]`, // the same in YAML
  String.raw`</(?i:key|name)>[ \t\r\n]{0,8}<`, // <key>x</key><string>y</string>
  String.raw`\(b?["'][A-Za-z][A-Za-z_-]{1,30}["'], ?b?["']`, // ('x', 'y')
  String.raw`(?i:form-data;)[ \t]{0,2}name=`,
  String.raw`\)=\(`, // Key (x)=(y) already exists
  "' for key '",
  String.raw`(?i:identified by)[ \t]`,
];

/** An option whose value is the next word; of more dashes, as in `-----BEGIN`, lines and armour are made. */
const LONG_OPTION = String.raw`(?:\A|[^-])--[A-Za-z][A-Za-z0-9-]{1,30}[ \t]`;

/** JSON that stands in a text. Not any brace: `{}` and `{0}` are in many messages. */
const JSON_OBJECT = String.raw`\{[ \t\r\n]{0,4}"[^"\x00]`;

/** Programs that take passwords in short options. */
const PROGRAM = String.raw`(?:curl|mysql[a-z]{0,8}|mariadb(?:-[a-z]{1,8})?|sshpass|redis-cli|mongo[a-z]{0,8}|docker|ldap[a-z]{2,8})(?:\.exe)?[ \t]{1,4}(?:-|['"]?http|login)`;

/**
 * The RE2 expression of what may be the key of a pair in free text whose value some action changes, as far as the
 * sign that leads to the value; undefined where no key does that. It only says where to look: the decision is
 * made by the whole key.
 *
 * Made of the names that the catalogue and the rules know, since a sentence is full of what looks like a key.
 */
export function pairKeyExpression(
  layers: readonly Layer[],
  decide: (path: string) => Decision,
): string | undefined {
  const named = [...LEAVES.keys(), ...namesOf(CATALOGUE), ...headerNames()].filter(
    (name) => !READ_INSIDE.test(name) && changesValue(decide(name).action),
  );
  const phrases = withoutLonger([...named, ...layers.flatMap(namesInRules)].map(wordsOf));
  if (phrases.length === 0) return undefined;
  const short = phrases.filter(isShort).map(([word]) => quoted(word!));
  const long = factored(phrases.filter((words) => !isShort(words)));
  const names = [...(long.length === 0 ? [] : [`(?i:${long.join("|")})`]), ...wholeWords(short)];
  const keys = `(?:${names.join("|")})${TO_VALUE}`;
  return [keys, LONG_OPTION, PROGRAM, JSON_OBJECT, ...APART].map((part) => `(?:${part})`).join("|");
}

function namesOf(catalogue: typeof CATALOGUE): string[] {
  return [...catalogue.values()].filter(({ template }) => !template).map(({ name }) => name);
}

/** Headers whose name says that they are some: `from` and `via` are words. */
function headerNames(): string[] {
  return [...HEADERS.keys()].filter((name) => name.includes("-")).map((name) => `headers.${name}`);
}

/** Of each rule that changes values: the names it is for, and what stands behind the last star. */
function namesInRules({ rules, aliases }: Layer): string[] {
  const patterns = rules.filter(({ action }) => changesValue(action)).flatMap((rule) => rule.names);
  const names = patterns.map((pattern) => pattern.slice(pattern.lastIndexOf("*") + 1));
  return [...names, ...aliases.keys()].filter((name) => name.length > 1);
}

function wordsOf(name: string): readonly string[] {
  return name
    .replace(/^headers\./, "")
    .toLowerCase()
    .split(/[._\s-]+/)
    .filter((word) => word !== "");
}

/** Leaves out phrases that end in another one: who looks for `token` finds `access_token`. */
function withoutLonger(phrases: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const known = new Map(phrases.map((words) => [words.join(" "), words]));
  return [...known.values()].filter(
    (words) =>
      words.length > 0 &&
      words.join("-").length <= PHRASE_BYTES_MAX &&
      !words.some((_, from) => from > 0 && known.has(words.slice(from).join(" "))),
  );
}

/**
 * Expressions that match just these phrases, with what they have in common written once: many are every word of one
 * list behind every word of another, and an automaton that spells out each falls behind.
 */
function factored(phrases: readonly (readonly string[])[]): readonly string[] {
  const single = phrases.filter((words) => words.length === 1).map(([word]) => quoted(word!));
  const beginningsOf = grouped(
    phrases
      .filter((words) => words.length > 1)
      .map((words) => [quoted(words.at(-1)!), words.slice(0, -1).map(quoted).join(JOINT)]),
  );
  const endsOf = grouped([...beginningsOf].map(([end, beginnings]) => [beginnings.sort().join("|"), end]));
  return [
    ...single,
    ...[...endsOf].map(([beginnings, ends]) => `(?:${beginnings})${JOINT}(?:${ends.join("|")})`),
  ];
}

function grouped(pairs: readonly (readonly [key: string, value: string])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [key, value] of pairs) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

/** The ends of many words: `ort`, a place in German, of `port`. */
function isShort(words: readonly string[]): boolean {
  return words.length === 1 && words[0]!.length <= SHORT_LENGTH_MAX;
}

/** The words where they are no ends of others: behind what is no letter, or with a capital as in `homeOrt`. */
function wholeWords(words: readonly string[]): readonly string[] {
  if (words.length === 0) return [];
  const capitalised = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return [String.raw`(?:\A|[^A-Za-z])(?i:${words.join("|")})`, `(?:${capitalised.join("|")})`];
}

function quoted(word: string): string {
  return word.replace(/[^a-z0-9\u0080-\uffff]/g, String.raw`\$&`);
}
