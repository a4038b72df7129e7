import { isUtf8 } from "node:buffer";
import type { Decision } from "@scrim/policy";
import type { KeyEntry } from "./key-entry.ts";
import { KeyPath } from "./key-path.ts";
import { redactedLabel, withheldLabel } from "./labels.ts";
import * as json from "./structure/json-tokens.ts";
import { escapeJson, quoted } from "./structure/written.ts";
import type { TextHost } from "./text-host.ts";
import { IN_JSON, JSON_NUMBER, STRING } from "./text-kind.ts";

const JSON_NULL = Buffer.from("null");

/**
 * JSON in a text: each member's key is decided like an attribute's, each value acted on or collected where it
 * lies. The document stays one.
 */
export class JsonText {
  readonly #host: TextHost;
  /** What the body of a log gets, and what is in it under keys that nothing names. */
  readonly #body: Decision;
  readonly #tokens = new json.JsonTokens();
  /** Path of the member being read; where the keys of each open container begin, and whose it is. */
  readonly #path = new KeyPath();
  readonly #prefixes: number[] = [];
  readonly #paths: string[] = [];
  readonly #containers: KeyEntry[] = [];

  constructor(host: TextHost, body: Decision) {
    this.#host = host;
    this.#body = body;
  }

  /** Collects what is in the JSON document, or documents, in `[start, end)` of the host's source. */
  collect(start: number, end: number, base: KeyEntry): void {
    const tokens = this.#tokens;
    tokens.enter(this.#host.source, start, end);
    this.#containers.length = 0;
    let entry = base;
    let path = ""; // keys count from the document's root, whatever attribute the document stands under
    for (;;) {
      const token = tokens.next();
      switch (token) {
        case json.END:
          return;
        case json.ERROR:
          this.#rest(tokens.safe, end, entry);
          return;
        case json.KEY:
          entry = this.#key(base);
          path = entry.path;
          continue; // what follows is this member's value
        case json.OBJECT_START:
        case json.ARRAY_START:
          if (token === json.OBJECT_START ? !entry.actsOnMaps : !entry.acts) {
            this.#containers[tokens.depth - 1] = entry;
            this.#paths[tokens.depth - 1] = path;
            this.#prefixes[tokens.depth - 1] = this.#path.enter(path);
          } else if (!this.#container(entry)) {
            this.#rest(tokens.start, end, entry);
            return;
          }
          break;
        case json.OBJECT_END:
        case json.ARRAY_END:
          break;
        default:
          this.#scalar(token, entry);
      }
      entry = this.#containers[tokens.depth - 1] ?? base;
      path = tokens.depth === 0 ? "" : this.#paths[tokens.depth - 1]!;
    }
  }

  /** Decides the key that was just read. */
  #key(base: KeyEntry): KeyEntry {
    const { start, end, escaped, depth } = this.#tokens;
    const prefix = this.#prefixes[depth - 1]!;
    const raw = this.#host.source.subarray(start, end);
    const key = escaped ? (this.#unescape(start, end) ?? raw) : raw; // what can't be said is no UTF-8, and replaced
    const length = this.#path.append(prefix, key, 0, key.length);
    const found = this.#host.keys().lookup(this.#path.bytes, 0, length, prefix);
    if (found.keyReplacement !== undefined)
      this.#host.edits.replace(start, end, escapeJson(found.keyReplacement));
    return base.decision.origin.kind === "body" ? found.inBody(this.#body) : found;
  }

  /** Replaces a whole container that an action applies to; false where it doesn't end. */
  #container(entry: KeyEntry): boolean {
    const tokens = this.#tokens;
    const { start, depth } = tokens;
    while (tokens.depth >= depth) {
      const token = tokens.next();
      if (token === json.ERROR || token === json.END) {
        tokens.start = start;
        return false;
      }
    }
    this.#replaceValue(start, tokens.end, entry);
    return true;
  }

  #replaceValue(start: number, end: number, entry: KeyEntry): void {
    const { action } = entry.decision;
    const isContainer = this.#host.source[start] === 0x7b || this.#host.source[start] === 0x5b;
    if (action.kind === "drop") {
      this.#host.edits.replace(start, end, JSON_NULL);
    } else {
      // A part of a container, as a partial mask would show, says nothing.
      const replacement = isContainer
        ? redactedLabel(entry.decision.class)
        : this.#host.replacement(this.#host.source.subarray(start, end), entry);
      this.#host.edits.replace(start, end, quoted(replacement));
    }
    this.#host.counts.type_changes++;
    this.#host.counts.addRedacted(entry.decision.class, action.kind);
  }

  #scalar(token: number, entry: KeyEntry): void {
    const { start, end, escaped } = this.#tokens;
    if (token === json.STRING) {
      if (entry.decision.action.kind === "drop") this.#replaceValue(start - 1, end + 1, entry);
      else if (escaped) this.#escapedString(start, end, entry);
      else if (entry.acts) this.#host.act(start, end, entry, IN_JSON);
      else if (end > start) this.#host.part(start, end, entry, IN_JSON);
    } else if (entry.acts) {
      // A null holds nothing.
      if (this.#host.source[start] !== 0x6e) this.#replaceValue(start, end, entry);
    } else if (token === json.NUMBER && end - start >= 8 && entry.decision.action.kind !== "keep") {
      this.#number(start, end, entry);
    }
  }

  /** Numbers are looked at as their digits: without a sign, a fraction of nothing, or an exponent. */
  #number(start: number, end: number, entry: KeyEntry): void {
    const text = this.#host.source.toString("latin1", start, end);
    if (/^\d+$/.test(text)) {
      this.#host.plainPart(start, end, entry, JSON_NUMBER);
      return;
    }
    const value = Math.abs(Number(text));
    if (!Number.isInteger(value) || value >= 1e21) return;
    this.#host.number(String(value), entry, {
      replaceText: (label) => {
        this.#host.counts.type_changes++;
        this.#host.edits.replace(start, end, quoted(label));
      },
    });
  }

  /** A string with escapes: what it says is redacted, and written back escaped. */
  #escapedString(start: number, end: number, entry: KeyEntry): void {
    const text = this.#unescape(start, end);
    const redacted = text === undefined ? withheldLabel("structure") : this.#host.inner(text, entry);
    if (redacted !== text) this.#host.edits.replace(start, end, escapeJson(redacted));
  }

  /** What a string with escapes says; undefined where that can't be said. */
  #unescape(start: number, end: number): Buffer | undefined {
    if (!isUtf8(this.#host.source.subarray(start, end))) return undefined;
    try {
      return Buffer.from(JSON.parse(`"${this.#host.source.toString("utf8", start, end)}"`) as string);
    } catch {
      return undefined;
    }
  }

  /**
   * What follows the part of a text that is JSON: plain text, unless it belongs to a member that an action
   * applies to. Then its beginning is withheld with it, since where the value ends is not known.
   */
  #rest(safe: number, end: number, entry: KeyEntry): void {
    if (safe === end) return;
    if (this.#tokens.tooDeep) this.#host.withhold(safe, end, "depth");
    else if (entry.acts) this.#host.withhold(safe, end, "structure");
    else if (entry.decision.action.kind !== "keep") this.#host.plainPart(safe, end, entry, STRING);
  }
}
