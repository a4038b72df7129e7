import { foldText } from "@scrim/detect";
import type { DecisionCache } from "../decision-cache.ts";
import type { KeyedPart, PairReader, PairReading } from "./pair-reader.ts";

export const NO_PAIRS: PairReading = { parts: [], readTo: Number.POSITIVE_INFINITY };

/**
 * The pairs of a text as it reads, where they are written: `full_name%3DJane%20Doe`, `full_n\u0430me=Jane`, base64 of
 * `full_name=Jane`. None where it reads as it is written.
 */
export function readFolded(
  reader: PairReader,
  text: Buffer,
  keys: DecisionCache,
  isPercentDecoded: boolean,
): PairReading {
  const folded = foldText(text, { base64: true, isPercentDecoded });
  if (folded === undefined) return NO_PAIRS;
  const { bytes } = folded;
  const { parts, readTo } = reader.read(bytes, keys, { skipsJson: true });
  return {
    parts: parts.map((part) => {
      const [start, end] = folded.toOriginal(part.start, part.end);
      return { ...part, start, end, said: bytes.subarray(part.start, part.end) };
    }),
    readTo: readTo >= bytes.length ? NO_PAIRS.readTo : folded.toOriginal(readTo, readTo + 1)[0],
  };
}

/** The parts, and of `others` those that share nothing with them nor with each other; in order. */
export function withOthers(parts: readonly KeyedPart[], others: readonly KeyedPart[]): readonly KeyedPart[] {
  if (others.length === 0) return parts;
  const all: KeyedPart[] = [];
  let index = 0;
  for (const part of others) {
    while (index < parts.length && parts[index]!.start < part.end) all.push(parts[index++]!);
    if (part.start >= (all.at(-1)?.end ?? 0)) all.push(part);
  }
  return [...all, ...parts.slice(index)];
}
