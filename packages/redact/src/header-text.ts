import { isHash } from "./actions/hash.ts";
import type { KeyEntry } from "./key-entry.ts";
import { KeyPath } from "./key-path.ts";
import { isDigit, isLetter } from "./structure/byte-kinds.ts";
import { indexOf } from "./structure/url-parts.ts";
import type { TextHost } from "./text-host.ts";
import { PLAIN } from "./text-kind.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;

/** What names of headers have besides letters and digits: RFC 9110 §5.6.2. */
const NAME_MARKS: ReadonlySet<number> = new Set(Buffer.from("!#$%&'*+-.^_`|~"));

const TARGET = Buffer.from("http.request.header.:path");
const BODY = Buffer.from("http.request.body.content");

/**
 * Takes a block of headers apart, or a whole request or response: the target is a URL, each header goes by its own
 * name, and what follows the blank line is a body.
 */
export class HeaderText {
  readonly #host: TextHost;
  readonly #path = new KeyPath();
  readonly #prefix = this.#path.enterPath(0, "http.request.header");

  constructor(host: TextHost) {
    this.#host = host;
  }

  read(start: number, end: number, entry: KeyEntry): void {
    const { source } = this.#host;
    let hasHeaders = false;
    for (let at = start; at < end; ) {
      const stop = this.#fieldEnd(at, end);
      let lineEnd = stop;
      while (lineEnd > at && (source[lineEnd - 1] === RETURN || source[lineEnd - 1] === NEWLINE)) lineEnd--;
      if (lineEnd === at && hasHeaders) {
        this.#body(stop, end, entry);
        return;
      }
      if (this.#header(at, lineEnd, entry)) hasHeaders = true;
      else if (!this.#requestLine(at, lineEnd, entry)) this.#other(at, lineEnd, entry);
      at = stop;
    }
  }

  /** Behind the line at `start` and those that continue it, which begin with a blank: RFC 9112 §5.2. */
  #fieldEnd(start: number, end: number): number {
    const { source } = this.#host;
    let at = start;
    while (at < end) {
      at = Math.min(indexOf(source, NEWLINE, at, end) + 1, end);
      const isBlankLine = at - start <= 2 && source[start]! <= SPACE;
      if (isBlankLine || at === end || (source[at] !== SPACE && source[at] !== TAB)) break;
    }
    return at;
  }

  /** `name: value`; false, and nothing done, where it is none. */
  #header(start: number, end: number, base: KeyEntry): boolean {
    const { source, keys, edits, counts } = this.#host;
    const colon = indexOf(source, COLON, start + 1, end); // HTTP/2 has names that begin with one
    if (colon >= end || !isName(source, start, colon)) return false;
    const line = source.subarray(start, end);
    if (this.#host.isPseudonym(line) || isHash(line)) return false; // `credential:v3:…` and `sha256:…` name no header
    const length = this.#path.append(this.#prefix, source, start, colon);
    const found = keys.lookup(this.#path.bytes, 0, length, this.#prefix);
    if (found.keyReplacement !== undefined) {
      edits.replace(start, colon, found.keyReplacement);
      counts.addKey(found.keyReplacement);
    }
    let from = colon + 1;
    let to = end;
    while (from < to && source[from]! <= SPACE) from++;
    while (to > from && source[to - 1]! <= SPACE) to--;
    this.#part(from, to, found, base);
    return true;
  }

  /** `GET /cart?id=7 HTTP/1.1`; false, and nothing done, where it is none. */
  #requestLine(start: number, end: number, base: KeyEntry): boolean {
    const { source, keys } = this.#host;
    const method = indexOf(source, SPACE, start, end);
    let version = end - 1;
    while (version > method && source[version] !== SPACE) version--;
    if (version <= method || source.toString("latin1", version + 1, version + 6) !== "HTTP/") return false;
    this.#part(method + 1, version, keys.lookup(TARGET, 0, TARGET.length, 0), base);
    return true;
  }

  /** What is found in it may become a token that reads as a header: `email:v3:…`. */
  #other(start: number, end: number, entry: KeyEntry): void {
    this.#host.noteCut();
    this.#host.plain(start, end, PLAIN, entry.ofPart);
  }

  #body(start: number, end: number, base: KeyEntry): void {
    const { keys } = this.#host;
    if (start < end) this.#part(start, end, keys.lookup(BODY, 0, BODY.length, 0), base);
  }

  #part(start: number, end: number, entry: KeyEntry, base: KeyEntry): void {
    this.#host.decided(base, entry.path, entry.decision);
    this.#host.part(start, end, entry);
  }
}

function isName(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = bytes[start] === COLON ? start + 1 : start; at < end; at++) {
    const byte = bytes[at]!;
    if (!isDigit(byte) && !isLetter(byte) && !NAME_MARKS.has(byte)) return false;
  }
  return true;
}
