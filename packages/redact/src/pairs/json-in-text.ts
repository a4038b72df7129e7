import * as json from "../structure/json-tokens.ts";

/** Finds JSON that stands in a text, behind a prefix or in a sentence. */
export class JsonInText {
  readonly #tokens = new json.JsonTokens();
  #text: Buffer = Buffer.alloc(0);
  /** What begins before this was read as part of something that turned out to be no JSON. */
  #readTo = 0;

  enter(text: Buffer): void {
    this.#text = text;
    this.#readTo = 0;
  }

  /**
   * Where the JSON object or list that begins at `at` ends; -1 where it is none, is empty, or the text ends first. No
   * byte is read for two of them.
   */
  endAt(at: number): number {
    if (at < this.#readTo) return -1;
    const tokens = this.#tokens;
    tokens.enter(this.#text, at, this.#text.length);
    const end = this.#end();
    if (end < 0) this.#readTo = tokens.safe;
    return end;
  }

  #end(): number {
    const tokens = this.#tokens;
    let hasContent = false;
    for (;;) {
      switch (tokens.next()) {
        case json.ERROR:
        case json.TOO_DEEP:
        case json.END:
          return -1;
        case json.OBJECT_END:
        case json.ARRAY_END:
          if (tokens.depth === 0) return hasContent ? tokens.end : -1;
          break;
        case json.OBJECT_START:
        case json.ARRAY_START:
          break;
        default:
          hasContent = true;
      }
    }
  }
}
