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
 * said to be undone. More than that, or a log that doesn't have what the store knows of it, means that one of both was set back.
 *
 * @throws {OperatingError} `STORE_UNUSABLE` where that is so: grants that were revoked since might come back
 */
export async function reconcile({ store, log, directory, origin }: ReconcileOptions): Promise<void> {
  // As a writer: what the process before has begun to commit is kept by then, or never.
  await store.write(async (transaction) => {
    const position = await transaction.get("log", origin);
    const from = position?.size ?? 0;
    if (log.size < from) {
      throw unusable(directory, `the log has ${log.size} entries, the store knows of ${from}`, LOG_SET_BACK);
    }
    const { last, behind } = await actsFrom(directory, from, log.size);
    if (position !== undefined && last !== position.act) {
      throw unusable(
        directory,
        `entry ${from - 1} of the log is not the one that the store knows`,
        LOG_SET_BACK,
      );
    }
    if (behind.length > 1) {
      throw unusable(
        directory,
        `the log has ${behind.length} acts that the store doesn't know`,
        STORE_SET_BACK,
      );
    }
    for (const act of behind) await log.append(undoneEvent(act));
  });
}

const LOG_SET_BACK = "the log was set back, or is another one: bring back the newest copy of it";
const STORE_SET_BACK =
  "the store was set back: bring back the newest copy of it. What was revoked since would hold again";

function unusable(path: string, message: string, hint: string): OperatingError {
  return new OperatingError("STORE_UNUSABLE", message, { path, hint });
}

/** The act of the entry before `from`; and acts that the log has from there on, without the ones that it takes back. */
async function actsFrom(
  directory: string,
  from: number,
  size: number,
): Promise<{ readonly last: string | undefined; readonly behind: readonly string[] }> {
  let last: string | undefined;
  const behind = new Set<string>();
  for await (const { first, entries } of readBundles(
    directorySource(directory),
    size,
    Math.max(0, from - 1),
  )) {
    for (const [at, bytes] of entries.entries()) {
      if (first + at < from - 1) continue;
      const entry = parseEntry(bytes);
      const act = entry?.ids?.act;
      if (first + at < from) last = act;
      else if (act !== undefined && entry?.action === UNDONE) behind.delete(act);
      else if (act !== undefined) behind.add(act);
    }
  }
  return { last, behind: [...behind] };
}
