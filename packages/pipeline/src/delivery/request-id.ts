import { createHash } from "node:crypto";
import type { QueuedBatch } from "../queue.ts";

/**
 * Names a request by what it carries: the queue and the sequence of its batch, and when that was accepted, should sequences ever
 * begin again. Of several batches, the first and the last, and a digest of all of them: who takes two requests for the same
 * because of their id would lose what only one of them holds.
 */
export function requestId(queue: string, sources: readonly QueuedBatch[]): string {
  const [first, last] = [sources[0]!, sources.at(-1)!];
  if (sources.length === 1) return `${queue}.${nameOf(first)}`;
  const digest = createHash("sha256");
  for (const source of sources) digest.update(`${nameOf(source)} `);
  return `${queue}.${first.sequence}-${last.sequence}.${digest.digest("hex").slice(0, DIGEST_LETTERS)}`;
}

/** 128 bits. */
const DIGEST_LETTERS = 32;

/** Names a part by its items, counted from 0: where requests may be of another size after a reload, parts are others. */
export function partId(whole: string, first: number, items: number): string {
  return `${whole}.${first}+${items}`;
}

function nameOf({ sequence, accepted_at_ms }: QueuedBatch): string {
  return `${sequence}.${accepted_at_ms.toString(36)}`;
}
