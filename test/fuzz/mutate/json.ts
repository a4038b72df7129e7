import type { Random } from "../random.ts";
import { levels, type Mutator, repeated, spliced } from "./mutator.ts";

/** Strings, also without their end; brackets and the like; everything else up to one of these. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\]:,]|[^\s{}[\]:,"]+/gs;

/** What readers of JSON disagree about: https://github.com/nst/JSONTestSuite names many of these. */
const SCALARS = [
  ..."null|true|false|0|-0|-|1|01|1.|.5|1e5|1E+05|1e400|-1e400|1e-400|0x1f|NaN|Infinity|-Infinity".split("|"),
  ..."9007199254740993|18446744073709551615|18446744073709551616|-9223372036854775808|1.0|1.5".split("|"),
  ...['""', '"0"', '"-1"', '"1e2"', '"NaN"', '"-0"', '"18446744073709551616"', '" 1"', '"1 "'],
  ...[String.raw`"\ud800"`, String.raw`"\udc00\ud800"`, String.raw`"\u0000"`, String.raw`"\x"`, '"\t"'],
  ...['"0af7651916cd43dd8448eb211c80319c"', '"0AF7"', '"zz"', '"3q2+7w=="', '"3q2-7w"', '"3q2"', '"="'],
  ...[
    "{}",
    "[]",
    "[[]]",
    '{"":""}',
    "'x'",
    "/* */",
    "// x",
    "\ufeff",
    "\u00a0",
    "undefined",
    '{"__proto__":{}}',
  ],
];
const KEYS = [
  "__proto__",
  "constructor",
  "toString",
  "0",
  "4294967295",
  "",
  String.raw`\u006bey`,
  "resource_logs",
  "resourceLogs",
  "key",
  "value",
  "stringValue",
  "intValue",
  "kvlistValue",
  "arrayValue",
  "values",
].map((key) => `"${key}"`);
const LISTS = [
  ['{"arrayValue":{"values":[', "]}}"],
  ['{"kvlistValue":{"values":[{"key":"k","value":', "}]}}"],
  ["[", "]"],
  ['{"x":', "}"],
] as const;

/** Changes a token or a whole value. Works on texts that are no JSON, too. */
export const mutateJson: Mutator = (bytes, random, donor) => {
  const text = bytes.toString("latin1"); // a character is a byte, so nothing is lost
  const tokens = [...text.matchAll(TOKEN)];
  const token = tokens.length === 0 ? undefined : random.pick(tokens);
  if (token === undefined) return Buffer.from(random.pick(SCALARS));
  const start = token.index;
  const end = valueEnd(text, start);
  const put = (replacement: string, to = end) =>
    spliced(bytes, start, to, Buffer.from(replacement, "latin1"));
  const value = text.slice(start, end);
  switch (random.below(9)) {
    case 0:
      return put("");
    case 1:
      return put(utf8(random.pick(SCALARS)), start + token[0].length);
    case 2:
      return put(utf8(random.pick(SCALARS)));
    case 3:
      return put(random.pick(KEYS), start + token[0].length);
    case 4: // twice, or many times, with or without a comma
      return put(
        repeated(Buffer.from(value + (random.oneIn(8) ? "" : ","), "latin1"), random).toString("latin1"),
      );
    case 5:
      return put(nested(value, random));
    case 6: // a member before another one, so that keys repeat
      return put(`${random.pick(KEYS)}:${utf8(random.pick(SCALARS))},${value}`);
    case 7: {
      const other = donor.toString("latin1");
      const from = random.below(other.length + 1);
      return put(other.slice(from, valueEnd(other, from)));
    }
    default: // written otherwise: escapes and white space
      return put(random.oneIn(2) ? escaped(value) : ` \n\t\r${value} `);
  }
};

/** Where the value that begins at `start` ends: behind its closing bracket, or its token. */
function valueEnd(text: string, start: number): number {
  const opening = text[start];
  if (opening !== "{" && opening !== "[") {
    TOKEN.lastIndex = start;
    const match = TOKEN.exec(text);
    TOKEN.lastIndex = 0;
    return match === null ? text.length : match.index + match[0].length;
  }
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === "{" || character === "[") depth++;
    else if ((character === "}" || character === "]") && --depth === 0) return at + 1;
  }
  return text.length;
}

function nested(value: string, random: Random): string {
  const [open, close] = random.pick(LISTS);
  const depth = Math.min(levels(random), Math.floor(32_768 / open.length));
  return open.repeat(depth) + value + close.repeat(random.oneIn(8) ? depth - 1 : depth);
}

function escaped(value: string): string {
  return value.replace(/[a-z]/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
}

function utf8(text: string): string {
  return Buffer.from(text).toString("latin1");
}
