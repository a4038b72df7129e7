/**
 * A compiled pattern in which `*` matches any run of characters, also none. Everything else is itself.
 */
export interface Glob {
  matches(text: string): boolean;
}

/**
 * Compiles a pattern. Between stars each literal is looked for once, from where the one before ended: the
 * leftmost place leaves the most room for the rest, so nothing is ever tried again.
 */
export function compileGlob(pattern: string): Glob {
  const literals = pattern.split("*");
  if (literals.length === 1) return { matches: (text) => text === pattern };
  const first = literals[0]!;
  const last = literals.at(-1)!;
  const between = literals.slice(1, -1).filter((literal) => literal !== "");

  return {
    matches(text) {
      if (text.length < first.length + last.length) return false;
      if (!text.startsWith(first) || !text.endsWith(last)) return false;
      let from = first.length;
      const limit = text.length - last.length;
      for (const literal of between) {
        const at = text.indexOf(literal, from);
        if (at < 0 || at + literal.length > limit) return false;
        from = at + literal.length;
      }
      return true;
    },
  };
}
