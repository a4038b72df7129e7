import type { ApartSpan } from "./apart.ts";
import * as c from "./characters.ts";
import { behindLineEnd, type Lines } from "./lines.ts";

/** Headers of a part behind its first. */
const HEADERS_MAX = 8;
/** Longer fields are files. */
const FIELD_BYTES_MAX = 65_536;
const BOUNDARY = "--";

/**
 * One field of a multipart form (RFC 7578), by the name in its header:
 * `Content-Disposition: form-data; name="password"`, more headers, an empty line, the value, and the next boundary. Lines may end as
 * they are written in a string.
 *
 * @param at behind `name=`
 */
export function fieldOfForm(text: Buffer, at: number, lines: Lines): ApartSpan | undefined {
  let nameStart = at;
  while (c.isQuote(text[nameStart]) || text[nameStart] === c.BACKSLASH) nameStart++;
  let nameEnd = nameStart;
  while (c.isOfName(text[nameEnd]) || text[nameEnd] === c.OPENING_BRACKET) nameEnd++;
  const start = bodyStart(text, nameEnd, lines);
  if (start < 0 || nameEnd === nameStart) return undefined;
  const limit = Math.min(text.length, start + FIELD_BYTES_MAX);
  let end = lines.endOf(start);
  for (let next = behindLineEnd(text, end); next < limit && !c.says(text, next, BOUNDARY); ) {
    if (next <= end) break;
    end = lines.endOf(next);
    next = behindLineEnd(text, end);
  }
  while (end > start && c.isGap(text[end - 1])) end--;
  const isEmpty = end <= start || c.says(text, start, BOUNDARY);
  return isEmpty
    ? undefined
    : { nameStart, nameEnd, value: { start, end, next: end, evidence: "certain", written: "plain" } };
}

/** Behind the empty line that ends the headers of a part; -1 where none does. */
function bodyStart(text: Buffer, from: number, lines: Lines): number {
  let lineEnd = lines.endOf(from);
  for (let headers = 0; headers < HEADERS_MAX; headers++) {
    const next = behindOneEnd(text, lineEnd);
    if (next >= text.length) return -1;
    lineEnd = lines.endOf(next);
    if (lineEnd === next || (lineEnd === next + 1 && text[next] === c.CARRIAGE_RETURN))
      return behindOneEnd(text, lineEnd);
  }
  return -1;
}

/** Behind one end of a line, and not what {@link behindLineEnd} takes for several in a string. */
function behindOneEnd(text: Buffer, at: number): number {
  if (text[at] === c.LINE_FEED) return at + 1;
  if (c.says(text, at, "\\r\\n")) return at + 4;
  return c.says(text, at, "\\n") ? at + 2 : at;
}
