/** V8 copies shorter parts of texts. Longer ones refer to the whole: of forty characters of a header, all of it would stay in memory. */
const SLICE_LENGTH_MIN = 13;

/** Texts of the usual length are copied through here. */
const scratch = Buffer.allocUnsafeSlow(4_096);
const UTF8_BYTES_MAX = 3; // of a UTF-16 code unit

/**
 * The text, as UTF-8 has it, in memory of its own: for what is kept of what callers sent.
 *
 * @example
 * ```ts
 * import { ownText } from "@scrim/grants";
 * const header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
 * console.log(ownText(header.slice(3, 35))); // 0af7651916cd43dd8448eb211c80319c
 * ```
 */
export function ownText(text: string): string {
  if (text.length < SLICE_LENGTH_MIN) return text;
  if (text.length * UTF8_BYTES_MAX > scratch.length) return Buffer.from(text).toString();
  return scratch.toString("utf8", 0, scratch.write(text));
}
