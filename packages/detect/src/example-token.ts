/**
 * Joins the pieces of a made-up credential. No source file then holds one in one piece: push protection, and
 * scanners such as this one, can't tell an example from a leak.
 */
export function madeUp(...pieces: readonly string[]): string {
  return pieces.join("");
}
