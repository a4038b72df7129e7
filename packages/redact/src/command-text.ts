import type { KeyEntry } from "./key-entry.ts";
import { URL_LABEL } from "./labels.ts";
import * as json from "./structure/json-tokens.ts";
import { beginsLikeJson } from "./structure/looks-structured.ts";
import { indexOf } from "./structure/url-parts.ts";
import { escapeJson } from "./structure/written.ts";
import type { TextHost } from "./text-host.ts";
import { IN_JSON, IN_WORD } from "./text-kind.ts";

const DASH = 0x2d;
const EQUALS = 0x3d;
const QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Keys whose entries say what the next argument gets; of the second, unless it is a port. */
const PASSWORD = Buffer.from("password");
const PASSWORD_OR_PORT = Buffer.from("passwd");
const HEADERS = Buffer.from("headers");

/** Options of one word with a single dash that begin like `-p` with a password stuck to it. */
const P_WORDS: ReadonlySet<string> = new Set(
  (
    "package packages page parallel param params partition path patch perm pid pidfile platform plugin plugins port " +
    "ports prefix preview print print0 priority proc process profile profiles project props proto proxy prune pull push"
  ).split(" "),
);

/** Options whose argument is a password, or may be. */
const SECRET_OPTIONS: ReadonlyMap<string, Buffer> = new Map([
  ["-P", PASSWORD_OR_PORT],
  ["-p", PASSWORD_OR_PORT],
  ["-pass", PASSWORD],
  ["-passin", PASSWORD],
  ["-passout", PASSWORD],
  ["--pass", PASSWORD],
  ["--proxy-user", PASSWORD],
  ["--user", PASSWORD],
  ["-u", PASSWORD],
  ["-U", PASSWORD],
]);
const HEADER_OPTIONS: ReadonlySet<string> = new Set(["--header", "--proxy-header", "-H"]);

/** Names of variables that are written in one word. */
const SECRET_ENDS = /(?:password|passwd|secret|token|apikey)$/i;

/** Ports, counts and ranges: `-p 8080:80`. */
const NUMBERS = /^\d{1,5}(?:[.:,/-]\d{1,5})?$/;

/**
 * Takes command lines apart and lists of arguments: options go by their names, whether their value is stuck to them
 * (`--password=x`, `-px`) or comes next, and so do variables (`PGPASSWORD=x`).
 */
export class CommandText {
  readonly #host: TextHost;
  #isInJson = false;

  constructor(host: TextHost) {
    this.#host = host;
  }

  /** A whole line, or a list in JSON. */
  read(start: number, end: number, entry: KeyEntry): void {
    if (beginsLikeJson(this.#host.source, start, end) && this.#list(start, end, entry)) return;
    const { source } = this.#host;
    this.#host.noteCut(); // a quote that goes with a value no longer holds words together
    let next = entry;
    for (let at = start; at < end; ) {
      while (at < end && source[at]! <= 0x20) at++;
      const stop = this.#wordEnd(at, end);
      if (stop > at) next = this.#take(at, stop, next, entry);
      at = stop;
    }
  }

  /** One argument of a list. Returns what the next one gets. */
  argument(start: number, end: number, entry: KeyEntry, base: KeyEntry): KeyEntry {
    return this.#take(start, end, entry, base);
  }

  /** A list of strings in JSON; false, and nothing done, where it is none. */
  #list(start: number, end: number, entry: KeyEntry): boolean {
    const tokens = new json.JsonTokens();
    const strings: (readonly [number, number])[] = [];
    tokens.enter(this.#host.source, start, end);
    for (let token = tokens.next(); token !== json.END; token = tokens.next()) {
      if (token === json.STRING) strings.push([tokens.start, tokens.end]);
      else if (token !== json.ARRAY_START && token !== json.ARRAY_END) return false;
    }
    let next = entry;
    this.#isInJson = true;
    for (const [from, to] of strings) next = this.#take(from, to, next, entry);
    this.#isInJson = false;
    return true;
  }

  /** The end of a word as a shell would split them: quotes hold it together. */
  #wordEnd(start: number, end: number): number {
    const { source } = this.#host;
    let quote = 0;
    for (let at = start; at < end; at++) {
      const byte = source[at]!;
      if (byte === BACKSLASH && quote !== QUOTE) at++;
      else if (quote !== 0) quote = byte === quote ? 0 : quote;
      else if (byte === QUOTE || byte === DOUBLE_QUOTE) quote = byte;
      else if (byte <= 0x20) return at;
    }
    return end;
  }

  /** A word that gets `entry`, since an option stood before it, or `base`. Returns what the next one gets. */
  #take(start: number, end: number, entry: KeyEntry, base: KeyEntry): KeyEntry {
    const { source, keys } = this.#host;
    if (entry !== base) {
      this.#value(start, end, entry, base);
      return base;
    }
    if (isQuoted(source, start, end)) return this.#take(start + 1, end - 1, entry, base);
    const equals = indexOf(source, EQUALS, start, end);
    if (equals < end && !isAddress(source.toString("latin1", start, equals))) {
      this.#value(start, equals, base, base);
      this.#value(equals + 1, end, this.#named(start, equals) ?? base, base);
      return base;
    }
    if (source[start] !== DASH) {
      this.#value(start, end, base, base);
      return base;
    }
    const option = source.toString("latin1", start, end);
    if (HEADER_OPTIONS.has(option)) return keys.lookup(HEADERS, 0, HEADERS.length, 0);
    const secret = SECRET_OPTIONS.get(option);
    if (secret !== undefined) return keys.lookup(secret, 0, secret.length, 0);
    const stuck = option.slice(2);
    if (/^-[pP]./.test(option) && !P_WORDS.has(stuckWord(option)) && !NUMBERS.test(stuck)) {
      this.#value(start + 2, end, keys.lookup(PASSWORD, 0, PASSWORD.length, 0), base);
      return base;
    }
    this.#value(start, end, base, base);
    return this.#named(start, end) ?? base;
  }

  /** The entry of an option or variable by its name, where that is one that an action takes. */
  #named(start: number, end: number): KeyEntry | undefined {
    const { source, keys } = this.#host;
    let from = start;
    while (from < end && source[from] === DASH) from++;
    if (from === end) return undefined;
    const found = keys.lookup(source, from, end, from);
    if (found.acts) return found;
    return SECRET_ENDS.test(source.toString("latin1", from, end))
      ? keys.lookup(PASSWORD, 0, PASSWORD.length, 0)
      : undefined;
  }

  #value(start: number, end: number, entry: KeyEntry, base: KeyEntry): void {
    const { source } = this.#host;
    let from = start;
    let to = end;
    if (isQuoted(source, start, end)) {
      from++;
      to--;
    }
    if (from >= to) return;
    const isOwn = entry !== base && !isHarmless(source.toString("latin1", from, to), entry);
    const used = isOwn ? entry : base.ofPart;
    if (isOwn) this.#host.decided(base, entry.path, entry.decision);
    if (used.acts) this.#act(from, to, used);
    else if (this.#isInJson) this.#host.plain(from, to, IN_JSON, used);
    else this.#host.decoded(source.subarray(from, to), from, to, IN_WORD, used);
  }

  /** What replaces a word stays one. */
  #act(start: number, end: number, entry: KeyEntry): void {
    const { source, edits, counts } = this.#host;
    const value = source.subarray(start, end);
    const replacement = this.#host.replacement(value, entry);
    if (replacement.equals(value)) return;
    const text = wordOf(replacement);
    edits.replace(start, end, this.#isInJson ? escapeJson(text) : text);
    counts.addResult(replacement, entry.decision.class, entry.decision.action.kind);
  }
}

/** A replacement as a word of a command line: where it would read as several, only that something was there. */
export function wordOf(replacement: Buffer): Buffer {
  return /[\s'"\\]/.test(replacement.toString("latin1")) ? URL_LABEL : replacement;
}

/** Whether what stands behind an option with two meanings is no secret. */
function isHarmless(value: string, { path }: KeyEntry): boolean {
  return path === PASSWORD_OR_PORT.toString() && NUMBERS.test(value);
}

function isQuoted(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  return end - start > 1 && (first === QUOTE || first === DOUBLE_QUOTE) && bytes[end - 1] === first;
}

/** Whether the `=` behind this belongs to the query of a URL. */
function isAddress(text: string): boolean {
  return text.includes("://") || text.includes("?");
}

/** `profile` of `-profile` and of `-profile:v2`. */
function stuckWord(option: string): string {
  return /^-+([A-Za-z0-9]*)/.exec(option)![1]!.toLowerCase();
}
