import type { Scanner } from "@scrim/detect";
import type { DecisionCache } from "../decision-cache.ts";
import { isUnknown, type KeyEntry } from "../key-entry.ts";
import { isLabel } from "../labels.ts";
import { type ApartSpan, valueInTuple, valueOfName, valueOfNameElement } from "./apart.ts";
import {
  COLON,
  COMMA,
  DASH,
  EQUALS,
  GREATER,
  isGap,
  isLetter,
  isQuote,
  LESS,
  OPENING_BRACE,
  OPENING_BRACKET,
  OPENING_PARENTHESIS,
  says,
  skipBlanks,
} from "./characters.ts";
import { optionValue, passwordArguments } from "./command-line.ts";
import { valueOfIndex, valuesOfKey } from "./database-errors.ts";
import { CONTENT_BYTES_MAX } from "./elements.ts";
import { JsonInText } from "./json-in-text.ts";
import { type KeySpan, keySpanAt, phraseStart } from "./key-span.ts";
import { Lines } from "./lines.ts";
import { fieldOfForm } from "./multipart.ts";
import { isNoValue } from "./not-a-value.ts";
import { quotedAt } from "./quoted-value.ts";
import { type ValueSpan, valueSpanOf } from "./value-span.ts";

/** A part of a text that is decided by a key in the text, or JSON, whose members are. */
export interface KeyedPart {
  readonly start: number;
  readonly end: number;
  /** Undefined for JSON. */
  readonly entry: KeyEntry | undefined;
  readonly written: ValueSpan["written"];
  /** What is written there reads so, where that is not what it is. */
  readonly said?: Buffer;
}

export interface PairReading {
  /** In order, not overlapping. */
  readonly parts: readonly KeyedPart[];
  /** The text is read up to here; less than its length where the budget ran out. */
  readonly readTo: number;
}

/** Bytes that may be read twice in one text, after values that turned out to be none: see the scanner's own. */
const REREAD_RATIO = 4;
const REREAD_FLOOR = 4096;

/** What of a value is looked at to see that it is one: more than any placeholder has. */
const VALUE_BYTES_READ = 512;

const PASSWORD_KEY = Buffer.from("password");
const HEADER_PREFIX = "headers.";

/** `Content-Disposition: form-data; name=` */
const FORM_DATA = "orm-data;";
const FORM_NAME = "name=";
const LETTER_I = 0x69;

/** What stands before `IDENTIFIED BY` in a statement. */
const ACCOUNTS = /\b(?:CREATE|ALTER|GRANT|TO)\b/i;
const ACCOUNT_BYTES_MAX = 128;

/**
 * Reads keyed pairs in free text: `email=x`, `"password": "x"`, headers, options of commands, elements of XML. A pair
 * counts where its key, looked up as an attribute's is, has an action of its own; what no key names stays text.
 */
export class PairReader {
  readonly #scanner: Scanner;
  readonly #candidatesMax: number;
  readonly #lines = new Lines();
  readonly #jsons = new JsonInText();
  #text: Buffer = Buffer.alloc(0);
  #keys!: DecisionCache;
  #parts: KeyedPart[] = [];
  #rereadLeft = 0;
  #skipsJson = false;
  /** Words before this were read as those of a command. */
  #commandsReadTo = 0;

  /** @param scanner the plan's, which wakes where a pair may begin */
  constructor(scanner: Scanner, candidatesMax: number) {
    this.#scanner = scanner;
    this.#candidatesMax = candidatesMax;
  }

  /** The pairs of `text`, valid UTF-8. Its keys are decided by `keys`; members of JSON are pairs like others where that is skipped. */
  read(text: Buffer, keys: DecisionCache, { skipsJson = false } = {}): PairReading {
    this.#text = text;
    this.#keys = keys;
    this.#parts = [];
    this.#rereadLeft = text.length * REREAD_RATIO + REREAD_FLOOR;
    this.#commandsReadTo = 0;
    this.#lines.enter(text);
    this.#jsons.enter(text);
    this.#skipsJson = skipsJson;
    let match = this.#scanner.wakeAt(text, 0);
    for (let candidates = 0; match !== undefined; candidates++) {
      if (candidates === this.#candidatesMax || this.#rereadLeft < 0) {
        return { parts: inOrder(this.#parts), readTo: match.start };
      }
      match = this.#scanner.wakeAt(text, this.#candidate(match.start, match.end));
    }
    return { parts: inOrder(this.#parts), readTo: text.length };
  }

  /** Reads what matched at `[start, end)`; returns where to go on. */
  #candidate(start: number, end: number): number {
    const text = this.#text;
    if (text[start] === OPENING_BRACE) return this.#json(start);
    switch (text[end - 1]) {
      case EQUALS:
      case COLON:
      case GREATER: {
        if (isApart(text, start)) return this.#apart(valueOfName(text, start, end - 1, this.#lines), end);
        if (says(text, end - FORM_NAME.length, FORM_NAME) && says(text, start + 1, FORM_DATA))
          return this.#apart(fieldOfForm(text, end, this.#lines), end);
        const isBefore = !isLetter(text[start]) && isLetter(text[start + 1]); // what stands before a whole word
        const key = keySpanAt(text, isBefore ? start + 1 : start, end - 1);
        return key === undefined ? end : this.#pair(key, end);
      }
      case LESS:
        return this.#apart(valueOfNameElement(text, start, end - 1), end);
      case OPENING_PARENTHESIS:
        return this.#allApart(valuesOfKey(text, start), end);
      default:
        if (isQuote(text[end - 1])) return this.#quoted(start, end);
        return isGap(text[end - 1]) ? this.#word(start, end) : this.#command(start, end);
    }
  }

  /** `('Authorization', '` and `' for key '`. */
  #quoted(start: number, end: number): number {
    const text = this.#text;
    if (text[start] === OPENING_PARENTHESIS) {
      const quoteAt = isLetter(text[end - 2]) ? end - 2 : end - 1;
      return this.#apart(valueInTuple(text, start, quoteAt, this.#lines), end);
    }
    return this.#apart(valueOfIndex(text, start, end), end);
  }

  /** An option, `IDENTIFIED BY` or the value of a name on the line above. */
  #word(start: number, end: number): number {
    const text = this.#text;
    if (text[end - 2] === COLON) {
      return this.#apart(valueOfName(text, start, end - 2, this.#lines), end);
    }
    if ((text[start]! | 0x20) !== LETTER_I) return this.#option(start, end);
    if (!ACCOUNTS.test(text.toString("latin1", Math.max(0, start - ACCOUNT_BYTES_MAX), start))) return end;
    const value = quotedAt(text, skipBlanks(text, end), (from) => this.#lines.endOf(from));
    const entry = this.#keys.lookup(PASSWORD_KEY, 0, PASSWORD_KEY.length, 0);
    if (value === undefined || value.start === value.end || !acts(entry)) return end;
    return this.#take({ ...value, evidence: "certain", written: "escaped" }, entry, start, end - 1, end);
  }

  /** A value whose name stands elsewhere than a key does. */
  #apart(span: ApartSpan | undefined, matchEnd: number): number {
    return span === undefined ? matchEnd : this.#allApart([span], matchEnd);
  }

  #allApart(spans: readonly ApartSpan[], matchEnd: number): number {
    let next = matchEnd;
    for (const { nameStart, nameEnd, value } of spans) {
      const entry = this.#entryOf(nameStart, nameEnd);
      if (entry === undefined || value.start >= value.end) continue;
      next = Math.max(next, this.#take(value, entry, nameStart, nameEnd, matchEnd));
    }
    return next;
  }

  #json(start: number): number {
    const jsonEnd = this.#skipsJson ? -1 : this.#jsons.endAt(start);
    if (jsonEnd < 0) return start + 1;
    this.#parts.push({ start, end: jsonEnd, entry: undefined, written: "json" });
    return jsonEnd;
  }

  /** The other pairs of a command line are read as well, so that the text goes on behind its beginning. */
  #command(start: number, end: number): number {
    const entry = this.#keys.lookup(PASSWORD_KEY, 0, PASSWORD_KEY.length, 0);
    if (!acts(entry) || start < this.#commandsReadTo) return end;
    const { found, readTo } = passwordArguments(this.#text, start, this.#lines.endOf(start));
    this.#commandsReadTo = readTo;
    for (const argument of found) {
      if (argument.start >= argument.end || this.#isLabel(argument.start, argument.end)) continue; // `-p''`
      this.#parts.push({ start: argument.start, end: argument.end, entry, written: "escaped" });
    }
    return end - 1; // the option may be a long one
  }

  #option(start: number, end: number): number {
    const text = this.#text;
    const name = text[start] === DASH ? start + 2 : start + 3; // a byte may stand before the option
    const entry = this.#keys.lookup(text, name, end - 1, name);
    if (!acts(entry)) return end;
    const value = optionValue(text, end, this.#lines.endOf(end));
    if (value === undefined) return end;
    return this.#take({ ...value, evidence: "certain", written: "escaped" }, entry, name, end - 1, end);
  }

  #pair(key: KeySpan, matchEnd: number): number {
    const entry = this.#decide(key);
    if (entry === undefined) return matchEnd;
    const value = valueSpanOf(this.#text, key, entry, this.#lines, this.#jsons);
    if (value === undefined && key.sign === "element")
      this.#rereadLeft -= Math.min(CONTENT_BYTES_MAX, this.#text.length - key.signEnd);
    if (value === undefined || value.start >= value.end) return matchEnd;
    return this.#take(value, entry, key.start, key.end, matchEnd);
  }

  /** The entry of a key whose action changes values; undefined for every other. */
  #decide(key: KeySpan): KeyEntry | undefined {
    const entry = this.#entryOf(key.start, key.end);
    if (entry === undefined) return undefined;
    const phrase = phraseStart(this.#text, key);
    if (phrase === key.start || entry.decision.origin.kind === "rule") return entry;
    return acts(this.#keys.lookup(this.#text, phrase, key.end, phrase)) ? entry : undefined;
  }

  /** That of a name, which may be a header's. */
  #entryOf(start: number, end: number): KeyEntry | undefined {
    const text = this.#text;
    const entry = this.#keys.lookup(text, start, end, start);
    if (acts(entry)) return entry;
    if (!text.subarray(start, end).includes(DASH)) return undefined;
    const header = Buffer.from(HEADER_PREFIX + text.toString("latin1", start, end));
    const ofHeader = this.#keys.lookup(header, 0, header.length, HEADER_PREFIX.length);
    return acts(ofHeader) ? ofHeader : undefined;
  }

  /** Adds a value, unless it is none; returns where to go on. */
  #take(value: ValueSpan, entry: KeyEntry, keyStart: number, keyEnd: number, matchEnd: number): number {
    const text = this.#text;
    const isNothing =
      this.#isLabel(value.start, value.end) ||
      isNoValue({
        text: text.toString("latin1", value.start, Math.min(value.end, value.start + VALUE_BYTES_READ)),
        key: text.toString("latin1", keyStart, keyEnd),
        isCredential: entry.decision.class === "credential",
        evidence: value.evidence,
        isLast: this.#isLast(value.end),
      });
    if (isNothing) {
      this.#rereadLeft -= Math.max(0, value.end - matchEnd);
      return matchEnd;
    }
    this.#parts.push({ start: value.start, end: value.end, entry, written: value.written });
    return Math.max(matchEnd, value.next);
  }

  /** A label as this product writes them; its closing bracket may count as what is around the value. */
  #isLabel(start: number, end: number): boolean {
    const value = this.#text.subarray(start, end);
    return isLabel(value) || (value[0] === OPENING_BRACKET && isLabel(this.#text.subarray(start, end + 1)));
  }

  #isLast(end: number): boolean {
    const byte = this.#text[end];
    return (
      byte === undefined ||
      byte < 0x20 ||
      byte === 0x2c ||
      byte === 0x3b ||
      byte === 0x29 ||
      byte === 0x5c ||
      (byte === 0x2e && !(this.#text[end + 1]! > 0x20))
    );
  }
}

/** `', "value":`: the name stands before, in quotes of its own. */
function isApart(text: Buffer, start: number): boolean {
  return isQuote(text[start]) && text[start + 1] === COMMA;
}

/** By where they begin. Of two that overlap the first stands for both: the closing tag of an element found it again. */
function inOrder(parts: readonly KeyedPart[]): readonly KeyedPart[] {
  const ordered: KeyedPart[] = [];
  for (const part of parts.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = ordered.at(-1);
    if (last === undefined || part.start >= last.end) ordered.push(part);
    else if (part.end > last.end) ordered[ordered.length - 1] = { ...last, end: part.end };
  }
  return ordered;
}

function acts(entry: KeyEntry): boolean {
  return entry.acts && !isUnknown(entry.decision.origin);
}
