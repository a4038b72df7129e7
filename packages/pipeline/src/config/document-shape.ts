import { type Document, isAlias, isMap, isScalar, isSeq } from "yaml";

/** What is looked at in a document before values are made of it. */
export interface DocumentShape {
  /** Where the first key begins that its mapping has already; undefined where none repeats. */
  readonly repeatedKey: number | undefined;
  readonly aliases: number;
}

/**
 * In time that grows with the document. The parser's own means don't: its check compares each key of a mapping with all before it, its
 * visitor copies the path to each node, and for each alias inside an anchor it looks through the whole document.
 */
export function shapeOf(document: Document): DocumentShape {
  let repeatedKey = Number.POSITIVE_INFINITY;
  let aliases = 0;
  const nodes: unknown[] = [document.contents];
  while (nodes.length > 0) {
    const node = nodes.pop();
    if (isAlias(node)) aliases++;
    else if (isSeq(node)) for (const item of node.items) nodes.push(item);
    else if (isMap(node)) {
      const names = new Set<unknown>();
      for (const { key, value } of node.items) {
        nodes.push(key, value);
        if (!isScalar(key)) continue;
        if (names.has(key.value)) repeatedKey = Math.min(repeatedKey, key.range?.[0] ?? 0);
        names.add(key.value);
      }
    }
  }
  return { repeatedKey: repeatedKey === Number.POSITIVE_INFINITY ? undefined : repeatedKey, aliases };
}
