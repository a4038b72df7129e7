import type { KeyEntry } from "./key-entry.ts";
import { KeyPath } from "./key-path.ts";
import { redactedLabel, withheldLabel } from "./labels.ts";
import { NamedValues } from "./named-values.ts";
import { joinsPieces, ShortLists } from "./short-lists.ts";
import { isDigit } from "./structure/byte-kinds.ts";
import * as json from "./structure/json-tokens.ts";
import { beginsLikeJson } from "./structure/looks-structured.ts";
import { escapeJson, quoted, unescapeJson } from "./structure/written.ts";
import type { TextHost } from "./text-host.ts";
import { ESCAPED, IN_JSON, JSON_NUMBER, PLAIN, STRING } from "./text-kind.ts";
import { NUMBER_CHARACTERS_MIN, wholeDigits } from "./wire-number.ts";

/** Under this the names of headers are known for what they are. */
const HEADERS = "http.request.header";

const NULL = Buffer.from("null");
const LETTER_N = 0x6e;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;

/**
 * Takes JSON in a text apart: each member is decided by its path like an attribute, and what is written back
 * leaves the JSON valid. What follows the part that is JSON counts as plain text.
 */
export class JsonText {
  readonly #host: TextHost;
  readonly #tokens = new json.JsonTokens();
  /** Path of the member being read. */
  readonly #path = new KeyPath();
  /** Of each open container: where the path before its keys ends, and what its elements get. */
  readonly #prefixes: number[] = [];
  readonly #containers: KeyEntry[] = [];
  readonly #named: NamedValues;
  readonly #lists = new ShortLists();
  /** A value became a `null`, which needs something behind it to be read as one. */
  #hasDropped = false;

  constructor(host: TextHost) {
    this.#host = host;
    this.#named = new NamedValues(host, this.#path);
  }

  /** Whether `[start, end)` begins as JSON and not only with a bracket; a string has to be all there is. */
  begins(start: number, end: number): boolean {
    const { source } = this.#host;
    this.#tokens.enter(source, start, end);
    if (!beginsLikeJson(source, start, end)) {
      return this.#tokens.next() === json.STRING && this.#tokens.next() === json.END;
    }
    let token: number;
    do token = this.#tokens.next();
    while (token === json.OBJECT_START || token === json.ARRAY_START);
    return token !== json.ERROR;
  }

  /** Reads `[start, end)`, which begins with `{` or `[`, or is a string. `base` is what the text as a whole gets. */
  read(start: number, end: number, base: KeyEntry): void {
    const tokens = this.#tokens;
    tokens.enter(this.#host.source, start, end);
    this.#named.begin(base);
    this.#lists.begin();
    this.#hasDropped = false;
    let entry = base;
    let pathStart = 0;
    let pathEnd = base.decision.text === "headers" ? this.#path.enterPath(0, HEADERS) - 1 : 0;
    let isJson = false; // `[INFO]` is not, nor is a label
    for (;;) {
      const token = tokens.next();
      switch (token) {
        case json.END:
          return;
        case json.ERROR:
          if (isJson) this.#rest(tokens.safe, end, entry, base);
          else this.#host.plain(start, end, STRING, base);
          return;
        case json.TOO_DEEP:
          this.#named.finish(tokens.safe);
          this.#withholdDeep(tokens.safe, end);
          return;
        case json.SKIPPED:
          this.#decided(base, entry);
          this.#skipped(entry);
          this.#named.scalar(tokens.start, tokens.end);
          this.#lists.other();
          entry = this.#containers[tokens.depth - 1] ?? base;
          break;
        case json.KEY:
          isJson = true;
          pathStart = this.#path.startOf(this.#prefixes[tokens.depth - 1]!);
          pathEnd = this.#key(pathStart, this.#prefixes[tokens.depth - 1]!);
          entry = this.#host.under(base, this.#found!);
          this.#named.key(tokens.start, tokens.end, entry);
          break;
        case json.OBJECT_START:
        case json.ARRAY_START:
          if (token === json.OBJECT_START ? !entry.actsOnMaps : !entry.acts) {
            this.#containers[tokens.depth - 1] = entry;
            const prefix = this.#path.enter(tokens.depth, pathStart, pathEnd);
            this.#prefixes[tokens.depth - 1] = prefix;
            this.#named.open(tokens.start, token === json.ARRAY_START, prefix, entry);
            this.#lists.open(token === json.ARRAY_START, tokens.start);
            break;
          }
          this.#decided(base, entry);
          if (!this.#takeContainer(end, entry)) return;
          entry = this.#containers[tokens.depth - 1]!;
          break;
        case json.OBJECT_END:
        case json.ARRAY_END:
          isJson = true;
          this.#join(this.#containers[tokens.depth] ?? base);
          entry = this.#containers[tokens.depth - 1] ?? base;
          pathEnd = this.#prefixes[tokens.depth - 1] ?? 0;
          pathStart = this.#path.startOf(pathEnd);
          if (pathEnd > pathStart) pathEnd--; // without the dot
          this.#named.close(tokens.end);
          break;
        default:
          isJson = true;
          this.#decided(base, entry);
          this.#scalar(token, entry);
          this.#named.scalar(tokens.start - quotes(token), tokens.end + quotes(token));
          if (token === json.STRING && !tokens.escaped) this.#lists.string(tokens.start, tokens.end);
          else this.#lists.other();
          entry = this.#containers[tokens.depth - 1] ?? base; // the next member is another's
      }
    }
  }

  #found: KeyEntry | undefined;

  /** What stands under no key of its own gets what the text gets. */
  #decided(base: KeyEntry, entry: KeyEntry): void {
    if (entry !== base) this.#host.decided(base, entry.path, entry.decision);
  }

  /** Looks up the current key; returns where its path ends. */
  #key(pathStart: number, prefix: number): number {
    const { source, keys, counts, edits } = this.#host;
    const { start, end, escaped } = this.#tokens;
    const key = escaped ? unescapeJson(source.subarray(start, end)) : undefined;
    const path = this.#path;
    const pathEnd =
      key === undefined ? path.append(prefix, source, start, end) : path.append(prefix, key, 0, key.length);
    const found = keys.lookup(path.bytes, pathStart, pathEnd, prefix);
    this.#found = found;
    const { keyReplacement } = found;
    if (keyReplacement === undefined) return pathEnd;
    edits.replace(start, end, escapeJson(keyReplacement));
    counts.addKey(keyReplacement);
    return path.append(prefix, keyReplacement, 0, keyReplacement.length); // as the next redactor will see it
  }

  /** Replaces a whole container that an action applies to; false where the text ends before it does. */
  #takeContainer(end: number, entry: KeyEntry): boolean {
    const tokens = this.#tokens;
    const { start, depth } = tokens;
    while (tokens.depth >= depth) {
      const token = tokens.next();
      if (token !== json.ERROR && token !== json.END && token !== json.TOO_DEEP) continue;
      this.#host.withhold(start, end, "structure");
      return false;
    }
    this.#replace(start, tokens.end, entry);
    this.#named.scalar(start, tokens.end);
    this.#lists.other();
    return true;
  }

  /** The container that was opened last has ended: a text may have been split into its strings. */
  #join(entry: KeyEntry): void {
    const list = this.#lists.close(this.#tokens.end);
    if (list !== undefined && joinsPieces(entry)) this.#host.pieces(list, entry);
  }

  /** A container deeper than anybody looks. */
  #skipped(entry: KeyEntry): void {
    const { start, end } = this.#tokens;
    if (entry.acts) this.#replace(start, end, entry);
    else this.#withholdDeep(start, end);
  }

  #withholdDeep(start: number, end: number): void {
    this.#host.edits.replace(start, end, quoted(withheldLabel("depth")));
    this.#host.counts.addWithheld("depth");
  }

  #scalar(token: number, entry: KeyEntry): void {
    const { start, end, escaped } = this.#tokens;
    if (token === json.STRING) {
      if (entry.decision.action.kind === "drop") this.#replace(start - 1, end + 1, entry);
      else if (escaped) this.#escaped(start, end, entry);
      else if (entry.acts) this.#host.act(start, end, IN_JSON, entry);
      else this.#host.plain(start, end, IN_JSON, entry);
    } else if (entry.acts) {
      if (this.#host.source[start] !== LETTER_N) this.#replace(start, end, entry); // a null holds nothing
    } else if (token === json.NUMBER) {
      this.#number(start, end, entry);
    }
  }

  #escaped(start: number, end: number, entry: KeyEntry): void {
    const text = unescapeJson(this.#host.source.subarray(start, end));
    if (text === undefined) this.#host.withhold(start, end, "structure");
    else this.#host.decoded(text, start, end, ESCAPED, entry);
  }

  /** A number is looked at as its digits: `-4.111111111111111e15` says the same as `4111111111111111`. */
  #number(start: number, end: number, entry: KeyEntry): void {
    if (end - start < NUMBER_CHARACTERS_MIN) return;
    const { source } = this.#host;
    let at = start;
    while (at < end && isDigit(source[at]!)) at++;
    const digits = at === end ? undefined : wholeDigits(Number(source.toString("latin1", start, end)));
    if (digits === undefined) this.#host.plain(start, end, JSON_NUMBER, entry);
    else this.#host.digits(digits, start, end, entry);
  }

  /** Replaces a value that is no string, or has to become none. */
  #replace(start: number, end: number, entry: KeyEntry): void {
    const { action, class: sensitivityClass } = entry.decision;
    const { source, edits, counts } = this.#host;
    if (action.kind === "drop") {
      edits.replace(start, end, NULL);
      this.#hasDropped = true;
    } else if (source[start] === OPENING_BRACE || source[start] === OPENING_BRACKET) {
      edits.replace(start, end, quoted(redactedLabel(sensitivityClass))); // a part of a container says nothing
    } else {
      const value = source.subarray(start, end);
      const replacement = this.#host.replacement(value, entry);
      if (replacement.equals(value)) return; // a number that is in its bucket already
      const isNumber = action.kind === "generalize" && /^-?\d+$/.test(replacement.toString("latin1"));
      edits.replace(start, end, isNumber ? replacement : quoted(replacement));
    }
    counts.type_changes++;
    counts.addRedacted(sensitivityClass, action.kind);
  }

  /**
   * What follows the part of a text that is JSON. Where it began as a member that an action applies to, its end
   * is not known, and all is withheld; else it is scanned, no less than the text as a whole is.
   */
  #rest(start: number, end: number, entry: KeyEntry, base: KeyEntry): void {
    const valueStart = this.#named.finish(start);
    if (start === end) return;
    if (this.#hasDropped) this.#host.noteCut(); // `"x"y` has become `nully`
    const used = entry.acts || entry.decision.action.kind === "scan" ? entry : base;
    this.#decided(base, used);
    if (valueStart >= 0 || used.acts)
      this.#host.withhold(valueStart < 0 ? start : valueStart, end, "structure");
    else this.#host.plain(start, end, PLAIN, used);
  }
}

/** Bytes of the quote on either side of a token. */
function quotes(token: number): number {
  return token === json.STRING ? 1 : 0;
}
