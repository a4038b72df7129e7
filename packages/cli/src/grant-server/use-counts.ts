import type { LeaseRequest } from "@scrim/grants";
import { type FileLock, takeLock } from "../grants/file-lock.ts";
import { replacePrivateFile } from "../grants/private-file.ts";
import { type GrantUses, readUses, type Uses, usesPathOf } from "../grants/use-file.ts";

/** One request gets at most this share of what is left, so that the first to ask does not get all; and one at least. */
const SHARE = 8;

/** Processes whose leases are told apart. What others hold can't be given back. */
const HOLDERS_MAX = 10_000;

/** How long a server waits for the one before to end. */
const LOCK_WAIT_MS = 2_000;

/** How long counts stay after their grant's end. By the grant's own time, so that a store that is lost and restored counts on. */
const KEPT_S = 24 * 3_600;

/** What a grant allows, over all processes. */
export interface LeaseTerms {
  readonly tracesMax: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

interface Account {
  readonly expiresAt: number;
  leased: number;
  used: number;
  readonly held: Map<string, number>;
}

/**
 * Counts leases and versions, on the disk before they count for anybody. What is leased is gone until the process that has it gives it
 * back; what a process says of leases that it does not hold changes nothing. So never more than `traces_max` are out, whoever restarts.
 */
export class UseCounts {
  readonly #path: string;
  readonly #lock: FileLock;
  readonly #accounts: Map<string, Account>;
  #version: number;
  #holders = 0;
  #nextWrite: Promise<void> | undefined;

  /** @throws {OperatingError} `STORE_UNUSABLE` where another server counts here, or the file is broken */
  static async open(storePath: string): Promise<UseCounts> {
    const path = usesPathOf(storePath);
    const lock = await takeLock(path, LOCK_WAIT_MS);
    try {
      return new UseCounts(path, lock, readUses(storePath));
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  private constructor(path: string, lock: FileLock, { version, grants }: Uses) {
    this.#path = path;
    this.#lock = lock;
    this.#version = version;
    this.#accounts = new Map(
      Object.entries(grants).map(([id, { expires_at: expiresAt, leased, used, held }]) => {
        this.#holders += Object.keys(held).length;
        return [id, { expiresAt, leased, used, held: new Map(Object.entries(held)) }];
      }),
    );
  }

  /**
   * A version above all before: above the seconds of the clock too, so that a server whose file was lost does not begin below what
   * services have seen.
   *
   * @throws {OperatingError} `STORE_UNUSABLE` where it can't be written
   */
  async nextVersion(nowS: number): Promise<number> {
    const version = Math.max(this.#version + 1, nowS);
    this.#version = version;
    await this.#written();
    return version;
  }

  /**
   * Takes what a process tells, and gives of what it asks for. `termsOf` a grant are undefined where it allows this process nothing.
   *
   * @throws {OperatingError} `STORE_UNUSABLE` where it can't be written; what was given then is gone
   */
  async lease(
    holder: string,
    { wanted, used, returned }: LeaseRequest,
    termsOf: (grant: string) => LeaseTerms | undefined,
  ): Promise<Readonly<Record<string, number>>> {
    for (const [id, count] of Object.entries(used)) this.#settle(id, holder, count, "used");
    for (const [id, count] of Object.entries(returned)) this.#settle(id, holder, count, "returned");
    const granted: Record<string, number> = {};
    for (const [id, count] of Object.entries(wanted)) {
      const terms = termsOf(id);
      if (terms !== undefined) granted[id] = this.#give(id, holder, count, terms);
    }
    await this.#written();
    return granted;
  }

  #settle(id: string, holder: string, told: number, as: "used" | "returned"): void {
    const account = this.#accounts.get(id);
    const holds = account?.held.get(holder) ?? 0;
    const count = Math.min(told, holds);
    if (account === undefined || count === 0) return;
    if (as === "used") account.used += count;
    else account.leased -= count;
    if (count < holds) {
      account.held.set(holder, holds - count);
    } else {
      account.held.delete(holder);
      this.#holders--;
    }
  }

  #give(id: string, holder: string, wanted: number, { tracesMax, expiresAt }: LeaseTerms): number {
    let account = this.#accounts.get(id);
    if (account === undefined) {
      account = { expiresAt, leased: 0, used: 0, held: new Map() };
      this.#accounts.set(id, account);
    }
    const left = Math.max(0, tracesMax - account.leased);
    const count = Math.min(wanted, left, Math.max(1, Math.floor(left / SHARE)));
    if (count === 0) return 0;
    account.leased += count;
    const holds = account.held.get(holder);
    if (holds === undefined && this.#holders >= HOLDERS_MAX) return count;
    if (holds === undefined) this.#holders++;
    account.held.set(holder, (holds ?? 0) + count);
    return count;
  }

  /** Waits until all that is counted now is on the disk. Those that wait for the same write share it. */
  #written(): Promise<void> {
    this.#nextWrite ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.#nextWrite = undefined; // who counts from now on waits for the next
      this.#write();
    });
    return this.#nextWrite;
  }

  #write(): void {
    const grants: Record<string, GrantUses> = {};
    for (const [id, { expiresAt, leased, used, held }] of this.#accounts) {
      if (expiresAt + KEPT_S > Date.now() / 1000) {
        grants[id] = { expires_at: expiresAt, leased, used, held: Object.fromEntries(held) };
      } else {
        this.#accounts.delete(id);
        this.#holders -= held.size;
      }
    }
    replacePrivateFile(this.#path, `${JSON.stringify({ version: this.#version, grants })}\n`);
  }

  /** Lets another server count here, once nothing is left to write. */
  async close(): Promise<void> {
    await this.#nextWrite?.catch(() => {}); // who waits for it is told
    this.#lock.release();
  }
}
