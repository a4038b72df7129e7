import { dirname } from "node:path";
import type { SpoolFiles } from "../../src/spool/spool-files.ts";

/** One change of a file that is not on the disk yet. */
type Change = { readonly offset: number; readonly bytes: Buffer } | { readonly length: number };

interface Inode {
  /** As programs see it. */
  bytes: Buffer;
  /** As it is on the disk for certain. */
  durable: Buffer;
  /** What came since; each may reach the disk or not, whole or in part. */
  dirty: Change[];
}

type Names = Map<string, Inode>;
type NameChange = (names: Names) => void;

/** What happens at a call that changes something. */
export interface Fault {
  /** Which of these calls, from 0. */
  readonly at: number;
  readonly code: "EIO" | "ENOSPC";
  /** Whether the call has its effect all the same, or half of it. */
  readonly effect: "none" | "half" | "whole";
  /** Whether everything stops there. */
  readonly isCrash: boolean;
}

/** A number below `below`, for what a crash leaves. */
export type Choose = (below: number) => number;

const SECTOR = 512;

/**
 * A disk that forgets. After a crash, each sector that was not synced is there or not; names of a folder that was not synced are there up to
 * one of them. After a sync that failed, what it should have brought to the disk is taken for clean: a later sync doesn't bring it either.
 */
export class ModelFiles implements SpoolFiles {
  protected readonly names: Names = new Map();
  readonly #durableNames: Names;
  readonly #pending = new Map<string, NameChange[]>();
  readonly #open = new Map<number, Inode>();
  #descriptor = 100;
  faults: readonly Fault[];
  /** Calls so far that change something. */
  calls = 0;
  isDown = false;
  /** Whether a file could not be cut or removed: then what should not count may stay. */
  hasKept = false;
  free = 2 ** 40;

  constructor(faults: readonly Fault[] = [], names: Names = new Map()) {
    this.faults = faults;
    this.#durableNames = new Map(names);
    for (const [path, inode] of names) this.names.set(path, inode);
  }

  /** What is left after the power was cut. */
  afterCrash(choose: Choose): Map<string, Buffer> {
    const names = new Map(this.#durableNames);
    for (const changes of this.#pending.values()) {
      for (const change of changes.slice(0, choose(changes.length + 1))) change(names);
    }
    return new Map(names.entries().map(([path, inode]) => [path, left(inode, choose)]));
  }

  /** What is there as programs see it, after a process has ended and the machine has not. */
  contents(): Map<string, Buffer> {
    return new Map(this.names.entries().map(([path, { bytes }]) => [path, Buffer.from(bytes)]));
  }

  /** Changes a byte at rest. */
  flip(path: string, offset: number): void {
    const inode = this.names.get(path)!;
    inode.bytes[offset]! ^= 1;
    inode.durable = Buffer.from(inode.bytes);
  }

  paths(): string[] {
    return [...this.names.keys()].sort();
  }

  list(folder: string): readonly string[] {
    this.#checkUp();
    const inside = this.names.keys().filter((path) => dirname(path) === folder);
    return [...inside.map((path) => path.slice(folder.length + 1))];
  }

  makeFolder(): void {
    this.#checkUp();
  }

  create(path: string): number {
    if (this.names.has(path)) throw Object.assign(new Error("exists"), { code: "EEXIST" });
    const inode: Inode = { bytes: Buffer.alloc(0), durable: Buffer.alloc(0), dirty: [] };
    this.#change(path, () => this.#rename(dirname(path), (names) => names.set(path, inode)));
    return this.#opened(inode);
  }

  open(path: string): number | undefined {
    this.#checkUp();
    const inode = this.names.get(path);
    return inode === undefined ? undefined : this.#opened(inode);
  }

  length(descriptor: number): number {
    this.#checkUp();
    return this.#inode(descriptor).bytes.length;
  }

  read(descriptor: number, into: Uint8Array, offset: number): number {
    this.#checkUp();
    const { bytes } = this.#inode(descriptor);
    return bytes.copy(into, 0, offset, Math.min(bytes.length, offset + into.length));
  }

  write(descriptor: number, bytes: Uint8Array, offset: number): number {
    const inode = this.#inode(descriptor);
    const put = (length: number) => {
      const change = { offset, bytes: Buffer.from(bytes.subarray(0, length)) };
      apply(inode, change);
      inode.dirty.push(change);
    };
    this.#change(
      "",
      () => put(bytes.length),
      () => put(bytes.length >> 1),
    );
    return bytes.length;
  }

  sync(descriptor: number): void {
    const inode = this.#inode(descriptor);
    const bring = () => {
      inode.durable = Buffer.from(inode.bytes);
      inode.dirty = [];
    };
    try {
      this.#change("", bring, () => undefined);
    } catch (error) {
      // The system takes the pages for clean now: no later sync writes them.
      if (!this.isDown) this.#detach(inode);
      throw error;
    }
  }

  close(descriptor: number): void {
    this.#open.delete(descriptor);
  }

  truncate(path: string, length: number): void {
    const inode = this.names.get(path);
    this.#undo(path, () => {
      if (inode === undefined) throw Object.assign(new Error("absent"), { code: "ENOENT" });
      apply(inode, { length });
      inode.dirty.push({ length });
    });
  }

  rename(from: string, to: string): void {
    const inode = this.names.get(from);
    this.#change(to, () =>
      this.#rename(dirname(to), (names) => {
        names.delete(from);
        if (inode !== undefined) names.set(to, inode);
      }),
    );
  }

  remove(path: string): void {
    this.#undo(path, () => this.#rename(dirname(path), (names) => names.delete(path)));
  }

  syncFolder(path: string): void {
    this.#change(path, () => {
      for (const change of this.#pending.get(path) ?? []) change(this.#durableNames);
      this.#pending.delete(path);
    });
  }

  freeBytes(): number {
    return this.free;
  }

  /** From now on what was written is on the disk only by luck. */
  #detach(inode: Inode): void {
    const { dirty } = inode;
    for (const change of dirty) if ("bytes" in change && luckOf(change)) apply2(inode, change);
    inode.dirty = [];
  }

  #rename(folder: string, change: NameChange): void {
    change(this.names);
    this.#pending.set(folder, [...(this.#pending.get(folder) ?? []), change]);
  }

  #opened(inode: Inode): number {
    this.#open.set(++this.#descriptor, inode);
    return this.#descriptor;
  }

  #inode(descriptor: number): Inode {
    const inode = this.#open.get(descriptor);
    if (inode === undefined) throw Object.assign(new Error("closed"), { code: "EBADF" });
    return inode;
  }

  #change(_path: string, effect: () => void, half: () => void = effect): void {
    this.#checkUp();
    const fault = this.faults.find(({ at }) => at === this.calls);
    this.calls++;
    if (fault?.effect === "half") half();
    else if (fault?.effect !== "none") effect();
    if (fault === undefined) return;
    this.isDown = fault.isCrash;
    throw Object.assign(new Error("planted"), { code: fault.code });
  }

  #undo(path: string, effect: () => void): void {
    try {
      this.#change(path, effect);
    } catch (error) {
      this.hasKept = true;
      throw error;
    }
  }

  #checkUp(): void {
    if (this.isDown) throw Object.assign(new Error("down"), { code: "EIO" });
  }
}

/** A disk with these files on it, all of them for certain. */
export function filesOf(contents: ReadonlyMap<string, Buffer>): ConstructorParameters<typeof ModelFiles>[1] {
  return new Map(
    contents
      .entries()
      .map(([path, bytes]) => [path, { bytes: Buffer.from(bytes), durable: Buffer.from(bytes), dirty: [] }]),
  );
}

/** Whether a write whose sync failed is on the disk all the same: the same each time, so that runs can be repeated. */
function luckOf({ offset }: { readonly offset: number }): boolean {
  return (offset / 8) % 3 === 0;
}

function apply(inode: Inode, change: Change): void {
  inode.bytes = changed(inode.bytes, change);
}

function apply2(inode: Inode, change: Change): void {
  inode.durable = changed(inode.durable, change);
}

function changed(before: Buffer, change: Change): Buffer {
  if ("length" in change) return Buffer.from(before.subarray(0, change.length));
  const after = Buffer.alloc(Math.max(before.length, change.offset + change.bytes.length));
  before.copy(after);
  change.bytes.copy(after, change.offset);
  return after;
}

/** What is left of a file: each sector of each write that was not synced, or not. */
function left({ durable, dirty }: Inode, choose: Choose): Buffer {
  let bytes = Buffer.from(durable);
  const kind = choose(4); // 0: nothing of it, 1: all, else by luck
  if (kind === 0) return bytes;
  for (const change of dirty) {
    if ("length" in change) {
      if (kind === 1 || choose(2) === 1) bytes = changed(bytes, change) as typeof bytes;
      continue;
    }
    for (let at = 0; at < change.bytes.length; ) {
      const end = Math.min(change.bytes.length, at + SECTOR - ((change.offset + at) % SECTOR));
      if (kind === 1 || choose(2) === 1) {
        bytes = changed(bytes, {
          offset: change.offset + at,
          bytes: change.bytes.subarray(at, end),
        }) as typeof bytes;
      }
      at = end;
    }
  }
  return bytes;
}
