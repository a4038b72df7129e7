import { type AuditEntry, directorySource, type NoteVerifier, readBundles, verifyLog } from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { OPENED, type RevealEvent } from "./reveal-entry.ts";

const REVEAL = Buffer.from('"kind":"reveal"');

/** How many values each grant has opened. The audit log is what remembers them: one that was counted is never given back. */
export class RevealCounts {
  readonly #used = new Map<string, number>();

  /**
   * Counts what a log says was opened, once all of it was verified.
   *
   * @throws {OperatingError} `AUDIT_INVALID` where the log does not verify, or has entries that can't be told
   */
  static async of(directory: string, publicKey: NoteVerifier): Promise<RevealCounts> {
    const { size, unknownEntries } = await verifyLog(directory, { publicKey });
    if (unknownEntries > 0) {
      throw new OperatingError(
        "AUDIT_INVALID",
        `has ${unknownEntries} entries that this version doesn't know`,
        {
          path: directory,
          hint: "what they count can't be told: run the version that wrote them",
        },
      );
    }
    const counts = new RevealCounts();
    for await (const { entries } of readBundles(directorySource(directory), size)) {
      for (const bytes of entries) if (bytes.includes(REVEAL)) counts.#countEntry(bytes);
    }
    return counts;
  }

  /** Takes one of a grant; undefined where none is left, else which one it is, from 1. */
  take(grant: string, valuesMax: number): number | undefined {
    const used = this.#used.get(grant) ?? 0;
    if (used >= valuesMax) return undefined;
    this.#used.set(grant, used + 1);
    return used + 1;
  }

  #countEntry(bytes: Buffer): void {
    const entry = JSON.parse(bytes.toString()) as AuditEntry; // all are known entries: that was verified
    const grant = entry.ids?.grant;
    if (grant === undefined || !isOpening(entry)) return;
    this.#used.set(grant, (this.#used.get(grant) ?? 0) + 1);
  }
}

function isOpening({ kind, action, outcome }: RevealEvent): boolean {
  return kind === OPENED.kind && action === OPENED.action && outcome === OPENED.outcome;
}
