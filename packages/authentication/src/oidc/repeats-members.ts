/** A text, or one of the marks that begin, end and part what is in JSON. */
const MARK = /"(?:[^"\\]|\\.)*"|[[\]{},:]/gs;

/**
 * Whether an object in a JSON text has two members of one name. Decoders differ on which of them counts: what was checked by one must not be
 * believed by another. The text is well-formed.
 */
export function repeatsMembers(json: string): boolean {
  const objects: Set<string>[] = [];
  let text = "";
  for (const [mark] of json.matchAll(MARK)) {
    if (mark === "{" || mark === "[") objects.push(new Set());
    else if (mark === "}" || mark === "]") objects.pop();
    else if (mark === ":") {
      const name = JSON.parse(text) as string; // however it is escaped
      const names = objects.at(-1);
      if (names?.has(name)) return true;
      names?.add(name);
    } else if (mark !== ",") text = mark;
  }
  return false;
}
