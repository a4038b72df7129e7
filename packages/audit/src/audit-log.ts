import { OperatingError } from "@scrim/errors";
import { type AuditEvent, formatEntry } from "./entry.ts";
import { diskFileSystem, type FileSystem } from "./file-system.ts";
import { type LogState, LogStore } from "./log-store.ts";
import { inclusionProof } from "./merkle-proof.ts";
import type { NoteSigner } from "./note-key.ts";
import { TILE_WIDTH } from "./tile.ts";
import { formatProof } from "./tlog-proof.ts";
import { unusable, withFiles } from "./unusable.ts";

/** What an appender gets: whoever has it, and the log's public key, can prove that the entry was logged. */
export interface Receipt {
  readonly index: number;
  /** The entry's bytes. */
  readonly entry: Buffer;
  /** The signed checkpoint that counts it. */
  readonly checkpoint: string;
  /** From the entry to the checkpoint's root. */
  readonly proof: readonly Buffer[];
}

export interface AuditLogOptions {
  /** The log's folder. */
  readonly directory: string;
  /** Signs checkpoints; its name is the log's origin. */
  readonly signer: NoteSigner;
  /** Makes a log, and its folder with mode 0700, where there is none. Without it that is an error: a log that was moved away must not begin anew unseen. */
  readonly create?: boolean;
  /** Appends a heartbeat in this interval, so that a gap tells of itself. */
  readonly heartbeatMs?: number;
  /** Hears of heartbeats that couldn't be appended. */
  readonly told?: (error: unknown) => void;
  /** Milliseconds since 1970; stamped on entries. */
  readonly clock?: () => number;
  readonly files?: FileSystem;
}

interface Waiting {
  readonly entry: Buffer;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
}

const CANT_WRITE = "the log can't be written";

/** Entries that wait for the disk. One more means that the disk has stopped. */
const WAITING_MAX = 10_000;

/** An exported receipt: a `.tlog-proof` file with the entry in it. */
export function receiptProof({ index, entry, checkpoint, proof }: Receipt): string {
  return formatProof({ index, hashes: proof, checkpoint, extra: entry });
}

/**
 * A log in a folder, written by one process. Entries that arrive together reach the disk together; what they wait for is one write of
 * theirs and one of the checkpoint that counts them.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { AuditLog, generateNoteKeys, readSigner } from "@scrim/audit";
 *
 * const keys = generateNoteKeys("log", "shop.example/audit");
 * const signer = readSigner("log", keys.privateKey, "log.key");
 * const directory = mkdtempSync(join(tmpdir(), "audit-"));
 * const log = await AuditLog.open({ directory, signer, create: true });
 * const receipt = await log.append({ kind: "decision", action: "approve", ids: { request: "r-1" } });
 * console.log(receipt.index, log.size); // 0 1
 * await log.close();
 * ```
 */
export class AuditLog {
  readonly #directory: string;
  readonly #store: LogStore;
  readonly #clock: () => number;
  readonly #unlock: () => Promise<void>;
  readonly #waiting: Waiting[] = [];
  /** Undefined after a failure: what is on the disk then is looked at before the next write. */
  #state: LogState | undefined;
  #last: LogState;
  #writing: Promise<void> | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #isClosed = false;

  private constructor(
    store: LogStore,
    state: LogState,
    unlock: () => Promise<void>,
    options: AuditLogOptions,
  ) {
    this.#directory = options.directory;
    this.#store = store;
    this.#state = state;
    this.#last = state;
    this.#unlock = unlock;
    this.#clock = options.clock ?? Date.now;
    if (options.heartbeatMs !== undefined) this.#startHeartbeat(options.heartbeatMs, options.told);
  }

  /**
   * Opens a log for writing.
   *
   * @throws {OperatingError} `STORE_UNUSABLE` where another process writes it, there is none, or the disk fails; `AUDIT_INVALID` where what
   * is there contradicts its checkpoint
   */
  static async open(options: AuditLogOptions): Promise<AuditLog> {
    const { directory, signer, create = false, files = diskFileSystem } = options;
    const store = new LogStore(directory, files, signer);
    return await withFiles(CANT_WRITE, directory, async () => {
      if (create) await files.makeFolder(directory);
      const unlock = await files.lock(`${directory}/write-lock`);
      try {
        return new AuditLog(store, await store.recover(create), unlock, options);
      } catch (error) {
        await store.close();
        await unlock();
        throw error;
      }
    });
  }

  /** Entries that were promised so far. */
  get size(): number {
    return this.#last.size;
  }

  /** The last signed checkpoint. */
  get checkpoint(): string {
    return this.#last.checkpoint;
  }

  /**
   * Appends an entry; resolves once it is on the disk, and counted by a published checkpoint. Where it rejects, what was to be logged must
   * not happen. The entry may stand in the log all the same, if the disk failed after it was written.
   *
   * @throws {OperatingError} `INPUT_INVALID`, `TOO_LARGE` for an event that can't be logged; `STORE_UNUSABLE` where the disk fails
   */
  async append(event: AuditEvent): Promise<Receipt> {
    if (this.#isClosed) throw new OperatingError("STORE_UNUSABLE", "the log is closed");
    const entry = formatEntry(event, this.#clock());
    if (this.#waiting.length >= WAITING_MAX) {
      throw new OperatingError("STORE_UNUSABLE", `${WAITING_MAX} entries wait for the disk`);
    }
    return await new Promise<Receipt>((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  /** Waits for what is being appended, and lets another process write. May come twice. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#writing;
    await this.#store.close();
    await this.#unlock();
  }

  async #write(): Promise<void> {
    await undefined; // what is appended in the same turn goes into the same write
    while (this.#waiting.length > 0) await this.#writeSome();
    this.#writing = undefined;
  }

  async #writeSome(): Promise<void> {
    try {
      this.#state ??= await this.#store.recover(false);
      this.#last = this.#state;
    } catch (cause) {
      for (const { reject } of this.#waiting.splice(0)) reject(unusable(CANT_WRITE, this.#directory, cause));
      return;
    }
    const state = this.#state;
    this.#state = undefined;
    const batch = this.#waiting.splice(0, TILE_WIDTH - state.bundle.length);
    const entries = batch.map(({ entry }) => entry);
    try {
      const next = await this.#store.append(state, entries);
      this.#last = next;
      for (const [at, { entry, resolve }] of batch.entries())
        resolve(receiptOf(next, state.size + at, entry));
      this.#state = await this.#store.startBundle(next);
    } catch (cause) {
      for (const { reject } of batch) reject(unusable(CANT_WRITE, this.#directory, cause)); // which does nothing to those that have their receipt
    }
  }

  #startHeartbeat(everyMs: number, told: AuditLogOptions["told"]): void {
    const beat = () => this.append({ kind: "heartbeat", action: "beat" }).catch((error) => told?.(error));
    this.#heartbeat = setInterval(beat, everyMs).unref();
  }
}

function receiptOf({ edge, checkpoint }: LogState, index: number, entry: Buffer): Receipt {
  return { index, entry, checkpoint, proof: inclusionProof(index, edge.size, edge.at) };
}
