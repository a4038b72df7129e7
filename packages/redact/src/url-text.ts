import { isUtf8 } from "node:buffer";
import { SIGNED_URL_QUERY_KEYS } from "@scrim/semconv";
import { KeyEntry } from "./key-entry.ts";
import { isLabel, LABELS, URL_CREDENTIALS_LABEL, URL_LABEL } from "./labels.ts";
import { indexOf, percentDecode, schemeEnd, splitUrl, type UrlParts } from "./structure/url-parts.ts";
import { percentEncode } from "./structure/written.ts";
import type { TextHost } from "./text-host.ts";
import { IN_URL } from "./text-kind.ts";

const PERCENT = 0x25;
const SLASH = 0x2f;
const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const SIGNED_KEYS = new Set(SIGNED_URL_QUERY_KEYS);

/**
 * URLs and query strings: user info and signatures go, as the conventions want it; each parameter is decided like
 * an attribute, the rest is collected where it lies. The URL stays one.
 */
export class UrlText {
  readonly #host: TextHost;

  constructor(host: TextHost) {
    this.#host = host;
  }

  /** Collects the parts of the URL in `[start, end)` of the host's source. */
  collect(start: number, end: number, entry: KeyEntry): void {
    const parts = splitUrl(this.#host.source, start, end);
    const inside = plainEntry(entry);
    const hasUserInfo = parts.userInfoEnd > parts.userInfoStart;
    if (hasUserInfo) this.#userInfo(parts.userInfoStart, parts.userInfoEnd);
    this.#hostAndPath(hasUserInfo ? parts.hostStart : start, parts, inside);
    this.query(parts.queryStart, parts.queryEnd, inside);
    this.query(parts.fragmentStart, parts.fragmentEnd, inside);
  }

  /** Scheme, host and path are one text, since some secrets are known by their host and path together. */
  #hostAndPath(start: number, { pathStart, pathEnd }: UrlParts, entry: KeyEntry): void {
    const { source } = this.#host;
    if (indexOf(source, PERCENT, pathStart, pathEnd) === pathEnd) {
      this.#host.part(start, pathEnd, entry, IN_URL);
      return;
    }
    const pieces = [source.subarray(start, pathStart)];
    for (let at = pathStart; at < pathEnd; ) {
      const stop = indexOf(source, SLASH, at, pathEnd);
      pieces.push(
        this.#decodedPiece(source.subarray(at, stop), entry, false),
        source.subarray(stop, Math.min(stop + 1, pathEnd)),
      );
      at = stop + 1;
    }
    const before = source.subarray(start, pathEnd);
    const after = this.#host.rewrite(Buffer.concat(pieces), entry, IN_URL);
    if (!after.equals(before)) this.#host.edits.replace(start, pathEnd, after);
  }

  #userInfo(start: number, end: number): void {
    const value = this.#host.source.subarray(start, end);
    if (value.equals(URL_CREDENTIALS_LABEL) || value.equals(URL_LABEL)) return;
    this.#host.edits.replace(start, end, value.includes(0x3a) ? URL_CREDENTIALS_LABEL : URL_LABEL);
    this.#host.counts.addRedacted("credential", "mask");
  }

  /** `a=1&b=2`, or with `;` between: each key is resolved like an attribute's. */
  query(start: number, end: number, entry: KeyEntry): void {
    const { source } = this.#host;
    const base = plainEntry(entry);
    let at = start;
    while (at < end) {
      const stop = parameterEnd(source, at, end);
      const equals = indexOf(source, EQUALS, at, stop);
      if (equals === stop) this.#encoded(at, stop, base, true);
      else this.#parameter(at, equals, stop, base);
      at = stop + 1;
    }
  }

  #parameter(start: number, equals: number, end: number, base: KeyEntry): void {
    const raw = this.#host.source.subarray(start, equals);
    const key = percentDecode(raw, true) ?? raw;
    let found = this.#host.keys().lookup(key, 0, key.length, 0);
    if (found.keyReplacement !== undefined) {
      const replacement = percentEncode(found.keyReplacement);
      this.#host.edits.replace(start, equals, replacement);
      // Decided by the key as it will read from now on.
      const again = percentDecode(replacement, true) ?? replacement;
      found = this.#host.keys().lookup(again, 0, again.length, 0);
    }
    const valueStart = equals + 1;
    if (valueStart === end) return;
    if (SIGNED_KEYS.has(key.toString("latin1")))
      this.#replace(valueStart, end, URL_LABEL, "credential", "mask");
    else if (found.acts) this.#actOn(valueStart, end, found);
    else this.#encoded(valueStart, end, found.decision.origin.kind === "unknown" ? base : found, true);
  }

  #actOn(start: number, end: number, entry: KeyEntry): void {
    const raw = this.#host.source.subarray(start, end);
    if (raw.equals(URL_LABEL)) return;
    const value = percentDecode(raw, true) ?? raw;
    const { action } = entry.decision;
    const replacement = action.kind === "drop" ? URL_LABEL : this.#host.replacement(value, entry);
    if (replacement.equals(value)) return;
    this.#replace(
      start,
      end,
      isLabel(replacement) ? URL_LABEL : percentEncode(replacement),
      entry.decision.class,
      action.kind,
    );
  }

  #replace(start: number, end: number, replacement: Buffer, sensitivityClass: string, action: string): void {
    if (this.#host.source.subarray(start, end).equals(replacement)) return;
    this.#host.edits.replace(start, end, replacement);
    this.#host.counts.addRedacted(sensitivityClass, action);
  }

  /** Part of a URL that may be percent-encoded: scanned as it reads, written back encoded. */
  #encoded(start: number, end: number, entry: KeyEntry, plusIsSpace: boolean): void {
    if (start >= end) return;
    const raw = this.#host.source.subarray(start, end);
    const piece = this.#decodedPiece(raw, entry, plusIsSpace);
    if (piece !== raw) this.#host.edits.replace(start, end, piece);
    else if (!isEncoded(raw, plusIsSpace)) this.#host.part(start, end, entry, IN_URL);
  }

  /** A piece as it is written when what it says, decoded, has been redacted; the piece itself where that stays. */
  #decodedPiece(raw: Buffer, entry: KeyEntry, plusIsSpace: boolean): Buffer {
    const decoded = isEncoded(raw, plusIsSpace) ? percentDecode(raw, plusIsSpace)! : raw;
    if (decoded === raw && !opensStructure(raw)) return raw;
    if (this.#host.isDeepest) {
      this.#host.counts.addWithheld("depth");
      return URL_LABEL;
    }
    // Other encodings than UTF-8 occur here (`caf%E9`): what is not one is read past.
    const text = isUtf8(decoded) ? decoded : Buffer.from(decoded.toString());
    const redacted = this.#host.inner(text, entry);
    if (redacted === text) return raw;
    return decoded === raw
      ? Buffer.from(redacted.toString().replace(LABELS, "REDACTED"))
      : percentEncode(redacted);
  }
}

/** Whether decoding changes a piece. */
function isEncoded(raw: Buffer, plusIsSpace: boolean): boolean {
  const decoded = percentDecode(raw, plusIsSpace);
  return decoded !== undefined && !decoded.equals(raw);
}

/** A URL, a target with a query, or JSON, written out in a parameter. */
function opensStructure(raw: Buffer): boolean {
  const first = raw[0];
  return first === 0x7b || first === 0x5b || first === SLASH || schemeEnd(raw, 0, raw.length) >= 0;
}

/** What is inside a URL is decided as the URL is, but is no URL by its key. */
function plainEntry(entry: KeyEntry): KeyEntry {
  return entry.decision.text === "plain"
    ? entry
    : new KeyEntry(entry.path, { ...entry.decision, text: "plain" });
}

/** Where the parameter at `start` ends. In one pass: to look for each separator by itself reads to the end each time. */
function parameterEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== AMPERSAND && bytes[at] !== SEMICOLON) at++;
  return at;
}
