import type { KeyEntry } from "./key-entry.ts";
import * as json from "./structure/json-tokens.ts";
import { beginsLikeJson } from "./structure/looks-structured.ts";
import { beginsWithSet, redisValues } from "./structure/redis-values.ts";
import { COMMENT, MARK, SqlSpans, VALUE } from "./structure/sql-spans.ts";
import { escapeJson, unescapeJson } from "./structure/written.ts";
import type { TextHost } from "./text-host.ts";
import { IN_QUERY } from "./text-kind.ts";

/** What stands for a value in a query, as the conventions for databases ask. */
export const QUERY_MARK: Buffer = Buffer.from("?");
const QUOTED_MARK = Buffer.from('"?"');

/** How a key in PEM begins: `-----BEGIN PRIVATE KEY-----`. */
const ARMOUR = Buffer.from("-----BEGIN");
/** A span is what stands behind `--`. */
const COMMENT_SIGN_BYTES = 2;

const QUESTION = 0x3f;
const LETTER_N = 0x6e;

/**
 * Takes queries apart, of SQL, of languages like it, and of Redis: each literal becomes `?`, comments are scanned, and in
 * what is left, names and keywords, only what is certain is looked for: `password = :password` says nothing. A query
 * in JSON, as MongoDB and Elasticsearch have them, keeps its keys.
 */
export class SqlText {
  readonly #host: TextHost;
  readonly #spans = new SqlSpans();
  readonly #tokens = new json.JsonTokens();

  constructor(host: TextHost) {
    this.#host = host;
  }

  read(start: number, end: number, entry: KeyEntry): void {
    if (beginsLikeJson(this.#host.source, start, end) && this.#json(start, end, entry)) return;
    const values = redisValues(this.#host.source, start, end);
    if (values === undefined) this.#query(start, end, entry);
    else this.#commands(values, start, end, entry);
  }

  /** Commands of Redis. */
  #commands(values: readonly number[], start: number, end: number, entry: KeyEntry): void {
    let at = start;
    for (let i = 0; i < values.length; i += 2) {
      this.#part(at, values[i]!, entry.ofPart);
      this.#replace(values[i]!, values[i + 1]!, QUERY_MARK, entry);
      at = values[i + 1]!;
    }
    this.#part(at, end, entry.ofPart);
  }

  #query(start: number, end: number, entry: KeyEntry): void {
    const spans = this.#spans;
    spans.read(this.#host.source, start, end);
    if (spans.isDisputed || beginsWithSet(this.#host.source, start, end)) this.#host.noteCut();
    if (this.#holdsArmour()) {
      this.#replace(start, end, QUERY_MARK, entry);
      return;
    }
    const rest = spans.isSql && !spans.isDisputed ? entry.forNames : entry.ofPart;
    let at = start;
    for (let index = 0; index < spans.length; index++) {
      const from = spans.start(index);
      const to = spans.end(index);
      this.#part(at, from, rest);
      switch (spans.kind(index)) {
        case VALUE:
          this.#replace(from, to, QUERY_MARK, entry);
          break;
        case COMMENT:
          this.#part(from, to, entry.ofPart);
          break;
        case MARK:
          break;
      }
      at = to;
    }
    this.#part(at, end, rest);
  }

  /** Whether a comment is none, but the first line of a key: without that line nobody would know the others for one. */
  #holdsArmour(): boolean {
    const { source } = this.#host;
    for (let index = 0; index < this.#spans.length; index++) {
      const start = this.#spans.start(index) - COMMENT_SIGN_BYTES;
      if (
        start >= 0 &&
        source.compare(ARMOUR, 0, ARMOUR.length, start, Math.min(source.length, start + ARMOUR.length)) === 0
      )
        return true;
    }
    return false;
  }

  /** Names and keywords, or a comment; what is found in them becomes a mark as well. */
  #part(start: number, end: number, entry: KeyEntry): void {
    const { source } = this.#host;
    for (let at = start; at < end; at++) {
      const byte = source[at]!;
      if (byte <= 0x2f || byte === QUESTION) continue; // blanks, commas, parentheses
      this.#host.plain(start, end, IN_QUERY, entry);
      return;
    }
  }

  #replace(start: number, end: number, mark: Buffer, entry: KeyEntry): void {
    const { source, edits, counts } = this.#host;
    if (end - start === mark.length && source.compare(mark, 0, mark.length, start, end) === 0) return;
    edits.replace(start, end, mark);
    counts.addRedacted(entry.decision.class, "mask");
    this.#host.replaced(entry, "query literal");
  }

  /** A query in JSON: every value becomes a mark. False, and nothing done, where it is none. */
  #json(start: number, end: number, entry: KeyEntry): boolean {
    const tokens = this.#tokens;
    tokens.enter(this.#host.source, start, end);
    let isJson = false;
    for (;;) {
      const token = tokens.next();
      switch (token) {
        case json.END:
          return true;
        case json.ERROR:
        case json.TOO_DEEP:
          if (!isJson && token === json.ERROR) return false;
          if (tokens.safe < end) this.#replace(tokens.safe, end, QUERY_MARK, entry);
          return true;
        case json.OBJECT_START:
        case json.ARRAY_START:
          break;
        case json.KEY:
          isJson = true;
          this.#key();
          break;
        case json.SKIPPED:
          this.#replace(tokens.start, tokens.end, QUOTED_MARK, entry);
          break;
        case json.STRING:
          isJson = true;
          this.#replace(tokens.start - 1, tokens.end + 1, QUOTED_MARK, entry);
          break;
        case json.OBJECT_END:
        case json.ARRAY_END:
          isJson = true;
          break;
        default:
          isJson = true;
          if (this.#host.source[tokens.start] !== LETTER_N)
            // a null holds nothing
            this.#replace(tokens.start, tokens.end, QUOTED_MARK, entry);
      }
    }
  }

  /** A key that is data itself. */
  #key(): void {
    const { source, keys, edits, counts } = this.#host;
    const { start, end, escaped } = this.#tokens;
    const key =
      (escaped ? unescapeJson(source.subarray(start, end)) : undefined) ?? source.subarray(start, end);
    const { keyReplacement } = keys.lookup(key, 0, key.length, 0);
    if (keyReplacement === undefined) return;
    edits.replace(start, end, escapeJson(keyReplacement));
    counts.addKey(keyReplacement);
  }
}
