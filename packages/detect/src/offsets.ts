import type { Finding } from "./finding.ts";

/**
 * The findings with UTF-16 offsets into `text` instead of byte offsets into its UTF-8. A lone surrogate takes
 * three bytes, as the replacement character that `Buffer.from` puts in its place.
 */
export function utf16Offsets(text: string, findings: readonly Finding[]): readonly Finding[] {
  let bytes = 0;
  let index = 0;
  const indexAt = (offset: number): number => {
    while (bytes < offset && index < text.length) {
      const codePoint = text.codePointAt(index)!;
      bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x1_0000 ? 3 : 4;
      index += codePoint < 0x1_0000 ? 1 : 2;
    }
    return index;
  };
  return findings.map(({ start, end, detector }) => ({ start: indexAt(start), end: indexAt(end), detector }));
}
