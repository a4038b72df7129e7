import { isUtf8 } from "node:buffer";
import { SIGNED_URL_QUERY_KEYS } from "@scrim/semconv";
import type { KeyEntry } from "./key-entry.ts";
import { isLabel, URL_CREDENTIALS_LABEL, URL_LABEL } from "./labels.ts";
import { indexOf, percentDecode, splitUrl } from "./structure/url-parts.ts";
import { percentEncode } from "./structure/written.ts";
import type { TextHost } from "./text-host.ts";
import { IN_HOST, IN_URL } from "./text-kind.ts";

const PERCENT = 0x25;
const SLASH = 0x2f;
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
    if (parts.userInfoEnd > parts.userInfoStart) this.#userInfo(parts.userInfoStart, parts.userInfoEnd);
    this.#host.part(parts.hostStart, parts.hostEnd, entry, IN_HOST);
    this.#path(parts.pathStart, parts.pathEnd, entry);
    this.query(parts.queryStart, parts.queryEnd, entry);
    this.query(parts.fragmentStart, parts.fragmentEnd, entry);
  }

  /** As one text where nothing in it is encoded; otherwise segment by segment, so that the others stay as they are. */
  #path(start: number, end: number, entry: KeyEntry): void {
    if (indexOf(this.#host.source, PERCENT, start, end) === end) {
      this.#host.part(start, end, entry, IN_URL);
      return;
    }
    let at = start;
    while (at < end) {
      const stop = indexOf(this.#host.source, SLASH, at, end);
      this.#encoded(at, stop, entry, false);
      at = stop + 1;
    }
  }

  #userInfo(start: number, end: number): void {
    const value = this.#host.source.subarray(start, end);
    if (value.equals(URL_CREDENTIALS_LABEL) || value.equals(URL_LABEL)) return;
    this.#host.edits.replace(start, end, value.includes(0x3a) ? URL_CREDENTIALS_LABEL : URL_LABEL);
    this.#host.counts.addRedacted("credential", "mask");
  }

  /** `a=1&b=2`: each key is resolved like an attribute's. */
  query(start: number, end: number, base: KeyEntry): void {
    let at = start;
    while (at < end) {
      const stop = indexOf(this.#host.source, 0x26, at, end);
      const equals = indexOf(this.#host.source, 0x3d, at, stop);
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
    const decoded = percentDecode(raw, plusIsSpace);
    if (decoded === undefined || decoded.equals(raw)) {
      this.#host.part(start, end, entry, IN_URL);
      return;
    }
    if (this.#host.isDeepest) {
      this.#host.edits.replace(start, end, URL_LABEL);
      this.#host.counts.addWithheld("depth");
      return;
    }
    // Other encodings than UTF-8 occur here (`caf%E9`): what is not one is read past.
    const text = isUtf8(decoded) ? decoded : Buffer.from(decoded.toString());
    const redacted = this.#host.inner(text, entry);
    if (redacted !== text) this.#host.edits.replace(start, end, percentEncode(redacted));
  }
}
