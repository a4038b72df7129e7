import type { ControlPlane } from "../control-plane.ts";
import type { Documents, Kind, Where } from "../store/store.ts";

/** Documents that are looked at for one answer: who may read few of many gets them in several answers. */
const LOOKED_AT_MAX = 5_000;
const PAGE = 500;

/** The first documents behind `after` that somebody may read, in the order of ids. */
export async function readableOf<K extends Kind>(
  { store }: ControlPlane,
  kind: K,
  where: Where,
  after: string | undefined,
  limit: number,
  mayRead: (document: Documents[K]) => boolean,
): Promise<{ readonly documents: readonly Documents[K][]; readonly next: string | undefined }> {
  return await store.read(async (transaction) => {
    const documents: Documents[K][] = [];
    let last = after;
    for (let looked = 0; looked < LOOKED_AT_MAX; ) {
      const page = await transaction.find(kind, {
        ...where,
        limit: PAGE,
        ...(last !== undefined && { after: last }),
      });
      for (const document of page) {
        last = document.id;
        if (mayRead(document)) documents.push(document);
        if (documents.length === limit) return { documents, next: last };
      }
      if (page.length < PAGE) return { documents, next: undefined };
      looked += page.length;
    }
    return { documents, next: last };
  });
}
