import { CommandText } from "./command-text.ts";
import { CookieText } from "./cookie-text.ts";
import { HeaderText } from "./header-text.ts";
import type { KeyEntry } from "./key-entry.ts";
import { SqlText } from "./sql-text.ts";
import { opensJson } from "./structure/looks-structured.ts";
import { indexOf, isUnbroken } from "./structure/url-parts.ts";
import type { TextHost } from "./text-host.ts";
import type { UrlText } from "./url-text.ts";

const EQUALS = 0x3d;
const OPENING_BRACE = 0x7b;

/** Whether the key of a text says that it has a structure of its own, whatever it looks like; URLs apart. */
export function isByKind({ decision: { text } }: KeyEntry): boolean {
  return text !== "plain" && text !== "url" && text !== "url_query";
}

/** Takes texts apart whose structure their key tells. */
export class ByKindText {
  readonly #host: TextHost;
  readonly #urls: UrlText;
  readonly #sql: SqlText;
  readonly #headers: HeaderText;
  readonly #cookies: CookieText;
  readonly #commands: CommandText;

  constructor(host: TextHost, urls: UrlText) {
    this.#host = host;
    this.#urls = urls;
    this.#sql = new SqlText(host);
    this.#headers = new HeaderText(host);
    this.#cookies = new CookieText(host);
    this.#commands = new CommandText(host);
  }

  /** Reads `[start, end)`; false, and nothing done, where it is a text like any other after all. */
  read(start: number, end: number, entry: KeyEntry): boolean {
    const { text } = entry.decision;
    const isJson = opensJson(this.#host.source, start, end);
    if (text === "sql") this.#sql.read(start, end, entry);
    else if (text === "command" && !this.#isObject(start, end)) this.#commands.read(start, end, entry);
    else if (isJson) return false;
    else if (text === "headers") this.#headers.read(start, end, entry);
    else if (text === "body") return this.#form(start, end, entry);
    else this.#cookies.read(start, end, entry);
    return true;
  }

  /** One of a list of arguments. Returns what the next one gets. */
  argument(start: number, end: number, entry: KeyEntry, base: KeyEntry): KeyEntry {
    return this.#commands.argument(start, end, entry, base);
  }

  #isObject(start: number, end: number): boolean {
    return this.#host.source.subarray(start, Math.min(end, start + 1))[0] === OPENING_BRACE;
  }

  /** What browsers send: names and values, percent-encoded, so that nothing in it is blank. */
  #form(start: number, end: number, entry: KeyEntry): boolean {
    const { source } = this.#host;
    if (indexOf(source, EQUALS, start, end) === end || !isUnbroken(source, start, end)) return false;
    this.#urls.readQuery(start, end, entry.ofPart);
    return true;
  }
}
