import { isCookieAttribute, isSessionCookie } from "@scrim/semconv";
import { isUnknown, type KeyEntry } from "./key-entry.ts";
import { URL_LABEL } from "./labels.ts";
import { isDigit, isLetter } from "./structure/byte-kinds.ts";
import { looksStructured } from "./structure/looks-structured.ts";
import { indexOf, percentDecode } from "./structure/url-parts.ts";
import type { TextHost } from "./text-host.ts";
import { IN_URL, PLAIN } from "./text-kind.ts";

/** Shorter values are choices (`dark`, `en-US`), not what a server would find a session by. */
const OPAQUE_BYTES_MIN = 16;

const SEMICOLON = 0x3b;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const NEWLINE = 0x0a;
const PERCENT = 0x25;

/** The name under which a session's value gets what the policy has for credentials. */
const SESSION = Buffer.from("session_id");

/**
 * Takes cookies apart, `a=b; c=d`, and what a server says of one, `a=b; Path=/; Secure`. A cookie goes by its name;
 * one that nobody names is a credential where its name says session, or its value could be one's key.
 */
export class CookieText {
  readonly #host: TextHost;

  constructor(host: TextHost) {
    this.#host = host;
  }

  read(start: number, end: number, entry: KeyEntry): void {
    const isSet = entry.decision.text === "set_cookie";
    const { source } = this.#host;
    let isCookie = true; // rather than something said about the one before
    for (let at = start; at < end; ) {
      const stop = this.#partEnd(at, end, isSet);
      if (isSet && !isCookie && this.#isAttribute(at, stop)) this.#host.plain(at, stop, PLAIN, entry.ofPart);
      else this.#cookie(at, stop, entry.ofPart);
      isCookie = source[stop] !== SEMICOLON; // another `Set-Cookie` behind a comma or on a line of its own
      at = stop + 1;
    }
  }

  /** Where the part at `start` ends. Some join several `Set-Cookie` with commas, which dates have as well. */
  #partEnd(start: number, end: number, isSet: boolean): number {
    const { source } = this.#host;
    let isDate = false;
    for (let at = start; at < end; at++) {
      const byte = source[at]!;
      if (byte === SEMICOLON || byte === NEWLINE) return at;
      if (!isSet || byte !== COMMA) continue;
      if (isDate || !this.#beginsDate(start, at)) return at;
      isDate = true; // its one comma: `Expires=Wed, 21 Oct`
    }
    return end;
  }

  #beginsDate(start: number, comma: number): boolean {
    return /^\s*expires\s*=\s*"?[a-z]{3,9}$/i.test(this.#text(start, Math.min(comma, start + 64)));
  }

  #isAttribute(start: number, end: number): boolean {
    const name = this.#text(start, Math.min(indexOf(this.#host.source, EQUALS, start, end), start + 32));
    return isCookieAttribute(name.trim());
  }

  #cookie(start: number, end: number, base: KeyEntry): void {
    const { source, keys, edits, counts } = this.#host;
    const nameStart = skipBlanks(source, start, end);
    const equals = indexOf(source, EQUALS, nameStart, end);
    if (equals === end) {
      const used = isOpaque(source, nameStart, end) ? this.#session : base;
      if (used !== base) this.#host.decided(base, used.path, used.decision);
      this.#value(nameStart, end, used);
      return;
    }
    if (!isToken(source, nameStart, equals)) {
      this.#host.plain(nameStart, end, PLAIN, base); // no cookie's name has blanks, quotes, or what URLs are made of
      return;
    }
    const found = keys.lookup(source, nameStart, equals, nameStart);
    if (found.keyReplacement !== undefined) {
      edits.replace(nameStart, equals, found.keyReplacement);
      counts.addKey(found.keyReplacement);
    }
    const isNamed = found.acts || !isUnknown(found.decision.origin);
    const isSession =
      !isNamed && (isSessionCookie(this.#text(nameStart, equals)) || isOpaque(source, equals + 1, end));
    const used = isNamed ? found : isSession ? this.#session : base;
    this.#host.decided(base, found.path, used.decision);
    this.#value(equals + 1, end, used);
  }

  get #session(): KeyEntry {
    return this.#host.keys.lookup(SESSION, 0, SESSION.length, 0);
  }

  #value(start: number, end: number, used: KeyEntry): void {
    const { source } = this.#host;
    let from = skipBlanks(source, start, end);
    let to = end;
    while (to > from && source[to - 1]! <= 0x20) to--;
    if (to - from > 1 && source[from] === 0x22 && source[to - 1] === 0x22) {
      from++;
      to--;
    }
    if (from >= to) return;
    const raw = source.subarray(from, to);
    const isPlain = !used.acts && !looksStructured(raw, 0, raw.length, used.ofPart);
    const decoded = isPlain && raw.includes(PERCENT) ? percentDecode(raw, false) : undefined;
    if (decoded === undefined) this.#host.part(from, to, used.acts ? used : used.ofPart);
    else this.#host.decoded(decoded, from, to, IN_URL, used.ofPart);
  }

  #text(start: number, end: number): string {
    return this.#host.source.toString("latin1", start, end);
  }
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at]! <= 0x20) at++;
  return at;
}

/** Whether a name is written as RFC 6265 has it: a token of RFC 9110, section 5.6.2. Brackets are a label's. */
function isToken(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte <= 0x20 || byte === 0x7f || NO_TOKEN.has(byte)) return false;
  }
  return true;
}

const NO_TOKEN: ReadonlySet<number> = new Set(Buffer.from('"(),/:;<=>?@\\{}'));

/** Whether a value has letters and digits, and nothing that words have between them. What is encoded is neither. */
function isOpaque(bytes: Buffer, start: number, end: number): boolean {
  if (end - start < OPAQUE_BYTES_MIN || bytes.subarray(start, end).includes(URL_LABEL)) return false;
  let digits = 0;
  let letters = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === PERCENT) at += 2;
    else if (isDigit(byte)) digits++;
    else if (isLetter(byte)) letters++;
    else if (!OPAQUE_MARKS.has(byte)) return false;
  }
  return digits > 0 && letters > 0;
}

const OPAQUE_MARKS: ReadonlySet<number> = new Set(Buffer.from('+-./=_~"|'));
