import { statSync } from "node:fs";
import { type GrantStore, readStore } from "../grants/grant-store.ts";

/** A revocation has a second to arrive. */
const INTERVAL_MS = 200;

/** The store as it is on the disk, read again when its file has been replaced. */
export class WatchedStore {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #told: (problem: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #stamp: string;
  #store: GrantStore | undefined;

  /**
   * `told` hears why it can't be read any more.
   *
   * @throws {OperatingError} where it can't be read to begin with
   */
  constructor(path: string, onChange: () => void, told: (problem: unknown) => void) {
    this.#path = path;
    this.#onChange = onChange;
    this.#told = told;
    this.#stamp = stampOf(path);
    this.#store = readStore(path);
    this.#timer = setInterval(() => this.#look(), INTERVAL_MS);
  }

  /** Undefined while it can't be read: then nothing is issued, and grants end with their bundles. */
  get current(): GrantStore | undefined {
    return this.#store;
  }

  #look(): void {
    const stamp = stampOf(this.#path); // before it is read: what is written meanwhile has another
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    try {
      this.#store = readStore(this.#path);
    } catch (problem) {
      this.#store = undefined;
      this.#told(problem);
    }
    this.#onChange();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs, mode } = statSync(path);
    return `${ino} ${size} ${mtimeMs} ${mode}`;
  } catch {
    return "none";
  }
}
