import type { Documents, Kind, ReadTransaction, Where } from "./store.ts";

const PAGE = 1_000;

/** All documents that there are, page by page. */
export async function findAll<K extends Kind>(
  transaction: ReadTransaction,
  kind: K,
  where: Omit<Where, "limit" | "after">,
): Promise<readonly Documents[K][]> {
  const all: Documents[K][] = [];
  for (;;) {
    const after = all.at(-1)?.id;
    const page = await transaction.find(kind, {
      ...where,
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}
