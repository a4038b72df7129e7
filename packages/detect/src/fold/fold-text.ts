import { TextFolder } from "./text-folder.ts";

/** A text as it reads, and where its parts are written. */
export interface FoldedText {
  readonly bytes: Buffer;
  /** The bytes of the original that `bytes[start, end)`, not empty, stands for: whole characters and escapes. */
  toOriginal(start: number, end: number): readonly [start: number, end: number];
}

/**
 * A short text, such as a key, as it reads: compatibility forms, other scripts' digits, look-alikes and spaces as ASCII,
 * invisible characters left out, escapes decoded once. Undefined where it reads as it is written.
 *
 * @example
 * ```ts
 * import { foldText } from "@scrim/detect";
 * console.log(foldText(Buffer.from("pass\u200bword"))?.bytes.toString()); // password
 * ```
 */
export function foldText(text: Buffer): FoldedText | undefined {
  if (!text.some(mayFold)) return undefined;
  const folder = new TextFolder();
  if (!folder.fold(text, { characters: true, percent: true, base64: false })) return undefined;
  return { bytes: folder.bytes, toOriginal: (start, end) => folder.map.toOriginal(start, end) };
}

/** Bytes that characters outside of ASCII and escapes begin with. */
function mayFold(byte: number): boolean {
  return byte >= 0x80 || byte === 0x25 || byte === 0x26 || byte === 0x5c;
}
