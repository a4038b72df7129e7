import { isBase64Letter, RUN_MIN } from "./base64.ts";
import { TextFolder } from "./text-folder.ts";

/** A text as it reads, and where its parts are written. */
export interface FoldedText {
  readonly bytes: Buffer;
  /** The bytes of the original that `bytes[start, end)`, not empty, stands for: whole characters and escapes. */
  toOriginal(start: number, end: number): readonly [start: number, end: number];
}

export interface FoldOptions {
  /** Runs of base64 that stand for text are decoded, each on a line of its own. */
  readonly base64?: boolean;
  /** The text was percent-decoded: what looks like a percent escape in it is none. */
  readonly isPercentDecoded?: boolean;
}

/**
 * A text as it reads: compatibility forms, other scripts' digits, look-alikes and spaces as ASCII, invisible characters left
 * out, escapes decoded once. Undefined where it reads as it is written.
 *
 * @example
 * ```ts
 * import { foldText } from "@scrim/detect";
 * console.log(foldText(Buffer.from("pass\u200bword"))?.bytes.toString()); // password
 * ```
 */
export function foldText(
  text: Buffer,
  { base64 = false, isPercentDecoded = false }: FoldOptions = {},
): FoldedText | undefined {
  if (!mayFold(text, base64)) return undefined;
  const folder = new TextFolder();
  if (!folder.fold(text, { characters: true, percent: !isPercentDecoded, base64 })) return undefined;
  return { bytes: folder.bytes, toOriginal: (start, end) => folder.map.toOriginal(start, end) };
}

/** Whether a text has bytes that characters outside of ASCII and escapes begin with, or as many letters as base64 needs. */
function mayFold(text: Buffer, base64: boolean): boolean {
  let letters = 0;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]!;
    if (byte >= 0x80 || byte === 0x25 || byte === 0x26 || byte === 0x5c) return true;
    letters = isBase64Letter(byte) ? letters + 1 : 0;
    if (base64 && letters >= RUN_MIN) return true;
  }
  return false;
}
