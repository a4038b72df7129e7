import { isUtf8 } from "node:buffer";
import { SIGNED_URL_QUERY_KEYS } from "@scrim/semconv";
import { isUnknown, type KeyEntry } from "./key-entry.ts";
import { isLabel, URL_CREDENTIALS_LABEL, URL_LABEL } from "./labels.ts";
import { beginsLikeJson, firstByte, looksStructured, opensJson } from "./structure/looks-structured.ts";
import {
  hostNameEnd,
  indexOf,
  isUnbroken,
  percentDecode,
  schemeEnd,
  splitUrl,
  type UrlParts,
} from "./structure/url-parts.ts";
import { percentEncode } from "./structure/written.ts";
import type { TextHost } from "./text-host.ts";
import { AUTHORITY, IN_URL } from "./text-kind.ts";

const SIGNED_KEYS = new Set(SIGNED_URL_QUERY_KEYS);

const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUESTION = 0x3f;

/** More than the longest scheme, percent-encoded. */
const OPENING_BYTES = 96;

/**
 * Takes URLs and query strings apart: user info goes, each parameter is decided by its key like an attribute,
 * and what is written back leaves the URL valid.
 */
export class UrlText {
  readonly #host: TextHost;

  constructor(host: TextHost) {
    this.#host = host;
  }

  /** Reads `[start, end)`; false, and nothing done, where it is neither a URL nor known to be a query. */
  read(start: number, end: number, entry: KeyEntry): boolean {
    const { source } = this.#host;
    const { text } = entry.decision;
    if (text === "url_query") {
      this.#query(start + (source[start] === QUESTION ? 1 : 0), end, entry.ofPart);
      return true;
    }
    const from = firstByte(source, start, end);
    let to = end;
    while (to > from && source[to - 1]! <= 0x20) to--;
    const isUrl = text === "url" || (schemeEnd(source, from, to) >= 0 && isUnbroken(source, from, to));
    if (isUrl) this.#url(splitUrl(source, from, to), entry.ofPart);
    return isUrl;
  }

  /** Reads `a=1&b=2`. */
  readQuery(start: number, end: number, entry: KeyEntry): void {
    this.#query(start, end, entry);
  }

  #url(parts: UrlParts, entry: KeyEntry): void {
    if (parts.userInfoEnd > parts.userInfoStart) this.#userInfo(parts, entry);
    this.#hostAndPath(parts, entry);
    this.#query(parts.queryStart, parts.queryEnd, entry);
    this.#query(parts.fragmentStart, parts.fragmentEnd, entry);
  }

  #userInfo({ userInfoStart: start, userInfoEnd: end }: UrlParts, entry: KeyEntry): void {
    const { source, edits, counts } = this.#host;
    const value = source.subarray(start, end);
    if (value.equals(URL_CREDENTIALS_LABEL) || value.equals(URL_LABEL)) return;
    edits.replace(start, end, value.includes(":") ? URL_CREDENTIALS_LABEL : URL_LABEL);
    counts.addRedacted("credential", "mask");
    this.#host.replaced(entry, "URL user info");
  }

  /** Together, since some secrets are paths that only their host gives away. */
  #hostAndPath({ hostStart, hostEnd, pathEnd }: UrlParts, entry: KeyEntry): void {
    const { source } = this.#host;
    const nameEnd = hostNameEnd(source, hostStart, hostEnd);
    const decoded = percentDecode(source.subarray(hostStart, pathEnd), false);
    if (decoded === undefined) this.#host.plain(hostStart, pathEnd, AUTHORITY, entry, nameEnd);
    else this.#host.decoded(readable(decoded), hostStart, pathEnd, AUTHORITY, entry, nameEnd);
  }

  /** `a=1&b=2`, or with `;` between. */
  #query(start: number, end: number, base: KeyEntry): void {
    let at = start;
    while (at < end) {
      const stop = indexOf(this.#host.source, AMPERSAND, at, end);
      this.#parameters(at, stop, base);
      at = stop + 1;
    }
  }

  /**
   * What stands between two `&`. Old servers read `;` as one, newer ones as part of the value: it separates, unless
   * what it would cut off belongs to a value that is replaced or taken apart. So does `?`, as in `#/cb?code=1`.
   */
  #parameters(start: number, end: number, base: KeyEntry): void {
    const { source } = this.#host;
    let at = start;
    while (at < end) {
      const nameEnd = endOfPiece(source, at, end, EQUALS);
      if (nameEnd === end || source[nameEnd] !== EQUALS) {
        this.#encoded(at, nameEnd, base);
        at = nameEnd + 1;
      } else {
        at = this.#parameter(at, nameEnd, end, base);
      }
    }
  }

  /** Returns where the next one begins. */
  #parameter(start: number, equals: number, end: number, base: KeyEntry): number {
    const { source, keys, edits, counts } = this.#host;
    const raw = source.subarray(start, equals);
    const key = percentDecode(raw, true) ?? raw;
    let found = keys.lookup(key, 0, key.length, 0);
    if (found.keyReplacement !== undefined) {
      const replacement = isLabel(found.keyReplacement) ? URL_LABEL : found.keyReplacement;
      edits.replace(start, equals, percentEncode(replacement));
      counts.addKey(found.keyReplacement);
      found = keys.lookup(replacement, 0, replacement.length, 0); // as the next redactor will see it
    }
    const from = equals + 1;
    if (from >= end) return end;
    const isSigned = SIGNED_KEYS.has(key.toString("latin1"));
    const entry = isUnknown(found.decision.origin) ? base : found;
    const isWhole = isSigned || found.acts || this.#opensStructure(from, end, entry);
    const to = isWhole ? end : endOfPiece(source, from, end, SEMICOLON);
    if (!isSigned) this.#host.decided(base, found.path, found.acts ? found.decision : entry.decision);
    if (isSigned) this.#signature(from, to, base);
    else if (found.acts) this.#act(from, to, found);
    else this.#encoded(from, to, entry);
    return to + 1;
  }

  #signature(start: number, end: number, base: KeyEntry): void {
    if (this.#host.source.subarray(start, end).equals(URL_LABEL)) return;
    this.#replace(start, end, URL_LABEL, "credential", "mask");
    this.#host.replaced(base, "URL signature");
  }

  /** Whether a value is JSON or a URL, by how it begins. */
  #opensStructure(start: number, end: number, entry: KeyEntry): boolean {
    const raw = this.#host.source.subarray(start, Math.min(end, start + OPENING_BYTES));
    const text = percentDecode(raw, true) ?? raw;
    return (
      opensJson(text, 0, text.length) ||
      (!beginsLikeJson(text, 0, text.length) && looksStructured(text, 0, text.length, entry))
    );
  }

  #act(start: number, end: number, entry: KeyEntry): void {
    const raw = this.#host.source.subarray(start, end);
    const value = percentDecode(raw, true) ?? raw;
    const { action } = entry.decision;
    const replacement = action.kind === "drop" ? URL_LABEL : this.#host.replacement(value, entry);
    if (replacement.equals(value)) return;
    const written = isLabel(replacement) ? URL_LABEL : percentEncode(replacement);
    this.#replace(start, end, written, entry.decision.class, action.kind);
  }

  #replace(start: number, end: number, replacement: Buffer, sensitivityClass: string, action: string): void {
    const { source, edits, counts } = this.#host;
    if (source.subarray(start, end).equals(replacement)) return;
    edits.replace(start, end, replacement);
    counts.addRedacted(sensitivityClass, action);
  }

  /** A part of the query that may be percent-encoded: scanned as it reads, written back encoded. */
  #encoded(start: number, end: number, entry: KeyEntry): void {
    if (start >= end) return;
    const { source } = this.#host;
    const raw = source.subarray(start, end);
    const text = readable(percentDecode(raw, true) ?? raw);
    if (text === raw && !looksStructured(raw, 0, raw.length, entry)) {
      this.#host.plain(start, end, IN_URL, entry);
    } else {
      this.#host.decoded(text, start, end, IN_URL, entry);
    }
  }
}

/** Where a name or value ends: at `;` or `?`, or at `stop`. */
function endOfPiece(bytes: Uint8Array, start: number, end: number, stop: number): number {
  let at = start;
  while (at < end && bytes[at] !== SEMICOLON && bytes[at] !== QUESTION && bytes[at] !== stop) at++;
  return at;
}

/** Other encodings than UTF-8 occur in URLs (`caf%E9`). What is none is read past, byte for byte. */
function readable(text: Buffer): Buffer {
  return isUtf8(text) ? text : Buffer.from(text.map((byte) => (byte < 0x80 ? byte : QUESTION)));
}
