import { createHash } from "node:crypto";

/** Configurations that a run has at most, far more than any has. */
const LEVELS = 64;
const BITS = 48;

/**
 * The text with spaces behind it, so many that its hash is below those of earlier levels. Workers say which configuration they go by, and
 * of what several say the largest hash stands: with falling ones it is the newest only when all go by it.
 *
 * @returns the text, and its hash as `scrim_config_hash` has it
 */
export function withHashBelow(text: string, level: number): { readonly text: string; readonly hash: number } {
  const slot = 2 ** BITS / LEVELS;
  const top = 2 ** BITS - (level % LEVELS) * slot;
  for (let padded = text; ; padded += " ") {
    const hash = createHash("sha256")
      .update(padded)
      .digest()
      .readUIntBE(0, BITS / 8);
    if (top - slot <= hash && hash < top) return { text: padded, hash };
  }
}
