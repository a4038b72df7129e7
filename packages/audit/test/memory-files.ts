import { dirname } from "node:path";
import type { AppendedFile, FileSystem } from "../src/file-system.ts";

/** A file's bytes: as they were written, and as they are on the disk for certain. */
interface Inode {
  bytes: Buffer;
  synced: Buffer;
}

type Names = Map<string, Inode>;
type Change = (names: Names) => void;

/** What happens at a call. */
export interface Fault {
  /** Which of the calls that change something, from 0. */
  readonly at: number;
  readonly code: "ENOSPC" | "EIO";
  /** Whether the call has its effect all the same, or half of it. */
  readonly effect: "none" | "half" | "whole";
  /** Whether the machine stops there: all later calls fail too. */
  readonly isCrash?: boolean;
}

/**
 * A file system that forgets. What was not synced may be gone after a crash, wholly or in part: bytes of a file, and names in a folder,
 * which last in the order in which they came.
 */
export class MemoryFiles implements FileSystem {
  readonly #names: Names = new Map();
  readonly #durable: Names;
  /** Changes of names that are not on the disk, by folder. */
  readonly #pending = new Map<string, Change[]>();
  readonly #faults: readonly Fault[];
  calls = 0;
  isDown = false;

  constructor(faults: readonly Fault[] = [], names: Names = new Map()) {
    this.#faults = faults;
    this.#durable = new Map(names);
    for (const [path, inode] of names) this.#names.set(path, inode);
  }

  /** The disk after a crash. `choose(n)` gives a number below n; the larger it is, the more is left. */
  afterCrash(choose: (below: number) => number, faults: readonly Fault[] = []): MemoryFiles {
    const names = new Map(this.#durable);
    for (const changes of this.#pending.values()) {
      for (const change of changes.slice(0, choose(changes.length + 1))) change(names);
    }
    const left = names.entries().map(([path, inode]): [string, Inode] => {
      const bytes = torn(inode, choose);
      return [path, { bytes, synced: bytes }];
    });
    return new MemoryFiles(faults, new Map(left));
  }

  /** A disk on which all of this is. */
  copy(faults: readonly Fault[] = []): MemoryFiles {
    return this.afterCrash((below) => below - 1, faults);
  }

  /** The files as programs see them. */
  paths(): string[] {
    return [...this.#names.keys()].sort();
  }

  async read(path: string): Promise<Buffer | undefined> {
    this.#checkUp();
    const inode = this.#names.get(path);
    return inode === undefined ? undefined : Buffer.from(inode.bytes);
  }

  async list(path: string): Promise<readonly string[]> {
    this.#checkUp();
    const inside = this.#names.keys().filter((name) => name.startsWith(`${path}/`));
    return [...new Set(inside.map((name) => name.slice(path.length + 1).split("/")[0]!))];
  }

  async write(path: string, bytes: Uint8Array, isSynced: boolean): Promise<void> {
    const inode: Inode = { bytes: Buffer.alloc(0), synced: Buffer.alloc(0) };
    await this.#call(
      () => {
        this.#change(path, (names) => names.set(path, inode));
        inode.bytes = Buffer.from(bytes);
        if (isSynced) inode.synced = inode.bytes;
      },
      () => {
        this.#change(path, (names) => names.set(path, inode));
        inode.bytes = Buffer.from(bytes.subarray(0, bytes.length / 2));
      },
    );
  }

  async openToAppend(path: string): Promise<AppendedFile> {
    this.#checkUp();
    const inode = this.#names.get(path)!;
    const add = (bytes: Uint8Array) => {
      inode.bytes = Buffer.concat([inode.bytes, bytes]);
    };
    return {
      append: (bytes) =>
        this.#call(
          () => add(bytes),
          () => add(bytes.subarray(0, bytes.length / 2)),
        ),
      sync: () =>
        this.#call(() => {
          inode.synced = inode.bytes;
        }),
      truncate: (length) =>
        this.#call(() => {
          inode.bytes = inode.synced = inode.bytes.subarray(0, length);
        }),
      close: async () => undefined,
    };
  }

  rename(from: string, to: string): Promise<void> {
    const inode = this.#names.get(from);
    return this.#call(() =>
      this.#change(to, (names) => {
        names.delete(from);
        if (inode !== undefined) names.set(to, inode);
      }),
    );
  }

  makeFolder(): Promise<void> {
    return this.#call(() => undefined);
  }

  syncFolder(path: string): Promise<void> {
    return this.#call(() => {
      for (const change of this.#pending.get(path) ?? []) change(this.#durable);
      this.#pending.delete(path);
    });
  }

  remove(path: string): Promise<void> {
    return this.#call(() =>
      this.#change(path, (names) => {
        for (const name of names.keys().toArray()) {
          if (name === path || name.startsWith(`${path}/`)) names.delete(name);
        }
      }),
    );
  }

  async lock(): Promise<() => Promise<void>> {
    return async () => undefined;
  }

  #change(path: string, change: Change): void {
    change(this.#names);
    const folder = dirname(path);
    this.#pending.set(folder, [...(this.#pending.get(folder) ?? []), change]);
  }

  async #call(effect: () => void, half: () => void = effect): Promise<void> {
    await undefined;
    this.#checkUp();
    const fault = this.#faults.find(({ at }) => at === this.calls);
    this.calls++;
    if (fault?.effect === "half") half();
    else if (fault?.effect !== "none") effect();
    if (fault === undefined) return;
    this.isDown = fault.isCrash === true;
    throw Object.assign(new Error("planted"), { code: fault.code });
  }

  #checkUp(): void {
    if (this.isDown) throw Object.assign(new Error("down"), { code: "EIO" });
  }
}

/** What is left of a file: what was synced, what was written, or something between. */
function torn({ bytes, synced }: Inode, choose: (below: number) => number): Buffer {
  switch (choose(4)) {
    case 0:
      return synced;
    case 1: // cut off behind what was synced
      return bytes.subarray(0, synced.length + choose(Math.max(1, bytes.length - synced.length)));
    case 2: {
      // its length is on the disk, its last pages are not
      const left = Buffer.alloc(bytes.length);
      bytes.copy(left, 0, 0, Math.min(bytes.length, synced.length + choose(8)));
      synced.copy(left);
      return left;
    }
    default:
      return bytes;
  }
}
