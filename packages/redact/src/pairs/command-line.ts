import {
  BACKSLASH,
  DASH,
  isDigit,
  isLetter,
  isOfName,
  isQuote,
  SPACE,
  says,
  skipBlanks,
} from "./characters.ts";
import { type QuotedSpan, quotedAt } from "./quoted-value.ts";

/** How programs take passwords in short options. */
interface Program {
  readonly names: readonly string[];
  /** The value is stuck to the option: `-pSECRET`. */
  readonly attached?: readonly string[];
  /** The value is the next word: `-p SECRET`. */
  readonly next?: readonly string[];
  /** The value is `user:password`. */
  readonly pair?: readonly string[];
}

const PROGRAMS: readonly Program[] = [
  { names: ["mysql", "mariadb"], attached: ["-p"] },
  { names: ["sshpass"], attached: ["-p"], next: ["-p"] },
  { names: ["curl"], attached: ["-u", "-U"], pair: ["-u", "-U", "--user", "--proxy-user"] },
  { names: ["redis-cli"], next: ["-a"] },
  { names: ["mongo"], next: ["-p"] },
  { names: ["docker"], next: ["-p"] },
  { names: ["ldap"], next: ["-w"] },
];

/** Longer command lines are scripts. */
const COMMAND_BYTES_MAX = 4096;

/** A part of a command line that is a password, or a name and a password. */
interface PasswordArgument {
  readonly start: number;
  readonly end: number;
}

export interface CommandReading {
  readonly found: readonly PasswordArgument[];
  /** Where the command ends, as far as it was read. */
  readonly readTo: number;
}

/** The passwords in short options of the command that begins at `at`, where the expression for programs matched. */
export function passwordArguments(text: Buffer, at: number, lineEnd: number): CommandReading {
  const program = PROGRAMS.find(({ names }) => names.some((name) => says(text, at, name)));
  if (program === undefined || isOfName(text[at - 1])) return { found: [], readTo: at };
  const found: PasswordArgument[] = [];
  const stop = Math.min(lineEnd, at + COMMAND_BYTES_MAX);
  let isDockerLogin = !program.names.includes("docker");
  let awaited: "next" | "pair" | undefined;
  let readTo = at;
  for (let word = nextWord(text, at, stop); word !== undefined; word = nextWord(text, word.next, stop)) {
    readTo = word.next;
    const written = text.toString("latin1", word.start, Math.min(word.end, word.start + 64));
    if (written === "login") isDockerLogin = true;
    if (!isDockerLogin) continue;
    if (awaited !== undefined && text[word.start] !== DASH) {
      const isUsed = awaited === "next" || /:(?!\/\/)/.test(written);
      if (isUsed) found.push(word);
      awaited = undefined;
      continue;
    }
    awaited = awaitedBy(program, written);
    const attached = awaited === undefined ? attachedTo(program, written) : 0;
    if (attached > 0) {
      const start = word.start + attached;
      found.push({ start: isQuote(text[start]) ? start + 1 : start, end: word.end });
    }
  }
  return { found, readTo };
}

function awaitedBy({ next = [], pair = [] }: Program, word: string): "next" | "pair" | undefined {
  if (next.includes(word)) return "next";
  return pair.includes(word) ? "pair" : undefined;
}

/** Length of the option that a value is stuck to; 0 where the word is none. `-print` is an option of its own. */
function attachedTo({ attached = [], pair = [] }: Program, word: string): number {
  const option = attached.find((each) => word.startsWith(each) && word.length > each.length);
  if (option === undefined || word[option.length] === "=") return 0;
  return pair.includes(option) && !word.includes(":") ? 0 : option.length;
}

/** The next word of a command, without its quotes; undefined at the end of the command. */
function nextWord(text: Buffer, from: number, stop: number): QuotedSpan | undefined {
  const start = skipBlanks(text, from, stop);
  if (start >= stop || isCommandEnd(text, start)) return undefined;
  const quoted =
    isQuote(text[start]) || text[start] === BACKSLASH ? quotedAt(text, start, () => stop) : undefined;
  if (quoted !== undefined && quoted.end <= stop) return quoted;
  let end = start;
  while (end < stop && text[end]! > SPACE && !isQuote(text[end]) && text[end] !== BACKSLASH) end++;
  if (end < stop && isQuote(text[end])) {
    const inner = quotedAt(text, end, () => stop); // `-p'a b'`
    if (text[start] === DASH && inner !== undefined && inner.next > inner.end && inner.next <= stop)
      return { start, end: inner.end, next: inner.next };
    return { start, end, next: stop }; // the quote closes what the command stands in
  }
  const next = Math.max(end, start + 1);
  return { start, end: next, next };
}

/** `|`, `;`, `&&`, `>`. */
function isCommandEnd(text: Buffer, at: number): boolean {
  const byte = text[at];
  return byte === 0x7c || byte === 0x3b || byte === 0x26 || byte === 0x3e;
}

/** The value of a long option that begins at `at`: the next word, if it is no option itself. */
export function optionValue(text: Buffer, at: number, lineEnd: number): QuotedSpan | undefined {
  const start = skipBlanks(text, at, lineEnd);
  if (
    text[start] === DASH &&
    !isDigit(text[start + 1]) &&
    (isLetter(text[start + 1]) || text[start + 1] === DASH)
  )
    return undefined;
  return nextWord(text, start, lineEnd);
}
