import { type AuditLog, directorySource, parseEntry, readBundles } from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import type { Store } from "../store/store.ts";
import { UNDONE, undoneEvent } from "./acts.ts";

export interface ReconcileOptions {
  readonly store: Store;
  readonly log: AuditLog;
  /** The log's folder. */
  readonly directory: string;
  readonly origin: string;
}

/**
 * Makes log and store agree before anything is done. A process that was killed leaves at most one act that the log has and the store doesn't: it is
 * said to be undone. More than that, or a log that is shorter than the store knows, means that one of both was set back.
 *
 * @throws {OperatingError} `STORE_UNUSABLE` where that is so: grants that were revoked since might come back
 */
export async function reconcile({ store, log, directory, origin }: ReconcileOptions): Promise<void> {
  const position = await store.read((transaction) => transaction.get("log", origin));
  const from = position?.size ?? 0;
  if (log.size < from) {
    throw new OperatingError(
      "STORE_UNUSABLE",
      `the log has ${log.size} entries, the store knows of ${from}`,
      {
        path: directory,
        hint: "the log was set back, or is another one: bring back the newest copy of it",
      },
    );
  }
  const acts = await actsBehind(directory, from, log.size);
  if (acts.length > 1) {
    throw new OperatingError(
      "STORE_UNUSABLE",
      `the log has ${acts.length} acts that the store doesn't know`,
      {
        path: directory,
        hint: "the store was set back: bring back the newest copy of it. What was revoked since would hold again",
      },
    );
  }
  for (const act of acts) await log.append(undoneEvent(act));
}

/** Acts that the log has from an entry on, without the ones that it takes back. */
async function actsBehind(directory: string, from: number, size: number): Promise<readonly string[]> {
  const acts = new Set<string>();
  if (from === size) return [];
  for await (const { first, entries } of readBundles(directorySource(directory), size, from)) {
    for (const [at, bytes] of entries.entries()) {
      const entry = first + at < from ? undefined : parseEntry(bytes);
      const act = entry?.ids?.act;
      if (act === undefined) continue;
      if (entry?.action === UNDONE) acts.delete(act);
      else acts.add(act);
    }
  }
  return [...acts];
}
