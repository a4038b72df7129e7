/**
 * Puts faults between a gateway and the files of its spool. `ORACLE_FILES` is a list of `CALL:NTH:COUNT:EFFECT`, by commas: from the
 * nth call of that kind on, so many calls have the effect: an error (`EIO`, `ENOSPC`), `short` (half of a write is done) or `kill` (the
 * process ends before the call). `power` among them makes every kill a power cut: what was written and not synced is not on the disk,
 * though the process reads it. Calls are counted in each thread; only the spool's writer makes them.
 */
import fs, { type PathLike, type Stats } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { sayStruck } from "./say-struck.ts";

const FOLDER = process.env.ORACLE_SPOOL ?? "";
const asked = (process.env.ORACLE_FILES ?? "").split(",").filter((rule) => rule !== "");
const losesUnsynced = asked.includes("power");

interface Rule {
  readonly call: string;
  readonly from: number;
  readonly count: number;
  readonly effect: string;
}

const rules: readonly Rule[] = asked
  .filter((rule) => rule !== "power")
  .map((rule) => {
    const [call = "", from = "1", count = "1", effect = "EIO"] = rule.split(":");
    return { call, from: Number(from), count: Number(count), effect };
  });
const calls = new Map<string, number>();

/** Counts a call, and does to it what a rule says; returns the effect that is left to the call itself. */
function fate(call: string): string | undefined {
  const nth = (calls.get(call) ?? 0) + 1;
  calls.set(call, nth);
  const rule = rules.find((one) => one.call === call && one.from <= nth && nth < one.from + one.count);
  const effect = rule?.effect;
  if (nth === rule?.from)
    sayStruck(effect === "kill" ? `kill -9 before ${call}` : `files: ${effect} of ${call}`);
  if (effect === "kill") process.kill(process.pid, "SIGKILL");
  if (effect === undefined || effect === "short") return effect;
  throw Object.assign(new Error(`${effect}: as planned, ${call}`), { code: effect, syscall: call });
}

const real = { ...fs };
/** The spool's open files. */
const paths = new Map<number, string>();
/** What the disk doesn't have yet, by path, oldest first. */
const unsynced = new Map<string, { readonly at: number; readonly bytes: Buffer }[]>();

function flush(path: string, descriptor: number): void {
  for (const { at, bytes } of unsynced.get(path) ?? [])
    real.writeSync(descriptor, bytes, 0, bytes.length, at);
  unsynced.delete(path);
}

function openSync(path: PathLike, flags?: string | number, mode?: number): number {
  const descriptor = real.openSync(path, flags ?? "r", mode);
  if (String(path).startsWith(FOLDER)) paths.set(descriptor, String(path));
  return descriptor;
}

function closeSync(descriptor: number): void {
  paths.delete(descriptor);
  real.closeSync(descriptor);
}

function writeSync(
  descriptor: number,
  bytes: Uint8Array,
  offset = 0,
  length = bytes.length - offset,
  at = 0,
): number {
  const path = paths.get(descriptor);
  if (path === undefined) return real.writeSync(descriptor, bytes, offset, length, at);
  const done = fate("write") === "short" ? Math.max(1, length >> 1) : length;
  if (!losesUnsynced) return real.writeSync(descriptor, bytes, offset, done, at);
  const waiting = unsynced.get(path) ?? [];
  waiting.push({ at, bytes: Buffer.from(bytes.subarray(offset, offset + done)) });
  unsynced.set(path, waiting);
  return done;
}

function readSync(descriptor: number, into: Uint8Array, offset: number, length: number, at: number): number {
  const path = paths.get(descriptor);
  let read = real.readSync(descriptor, into, offset, length, at);
  for (const one of (path !== undefined && unsynced.get(path)) || []) {
    const [from, to] = [Math.max(at, one.at), Math.min(at + length, one.at + one.bytes.length)];
    if (from >= to) continue;
    into.fill(0, offset + read, Math.max(offset + read, offset + from - at)); // a hole
    into.set(one.bytes.subarray(from - one.at, to - one.at), offset + from - at);
    read = Math.max(read, to - at);
  }
  return read;
}

function syncing(call: "fdatasync" | "fsync", sync: (descriptor: number) => void) {
  return (descriptor: number): void => {
    const path = paths.get(descriptor);
    if (path === undefined) {
      sync(descriptor);
      return;
    }
    fate(call);
    flush(path, descriptor);
    sync(descriptor);
  };
}

function fstatSync(descriptor: number, ...options: readonly never[]): Stats {
  const stats = real.fstatSync(descriptor, ...options);
  const waiting = unsynced.get(paths.get(descriptor) ?? "") ?? [];
  stats.size = Math.max(stats.size, ...waiting.map(({ at, bytes }) => at + bytes.length));
  return stats;
}

function ftruncateSync(descriptor: number, length: number): void {
  const path = paths.get(descriptor);
  if (path !== undefined) {
    fate("truncate");
    flush(path, descriptor);
  }
  real.ftruncateSync(descriptor, length);
}

function renameSync(from: PathLike, to: PathLike): void {
  if (String(from).startsWith(FOLDER)) fate("rename");
  real.renameSync(from, to);
  const waiting = unsynced.get(String(from));
  if (waiting === undefined) return;
  unsynced.set(String(to), waiting);
  unsynced.delete(String(from));
}

function rmSync(path: PathLike, options?: object): void {
  unsynced.delete(String(path));
  real.rmSync(path, options);
}

Object.assign(fs, {
  ...{ openSync, closeSync, writeSync, readSync, fstatSync, ftruncateSync, renameSync, rmSync },
  fdatasyncSync: syncing("fdatasync", real.fdatasyncSync),
  fsyncSync: syncing("fsync", real.fsyncSync),
});
syncBuiltinESMExports();

// Whoever ends in order leaves the rest to the system, which writes it in its own time.
process.on("exit", () => {
  for (const path of [...unsynced.keys()]) {
    try {
      const descriptor = real.openSync(path, "r+");
      flush(path, descriptor);
      real.closeSync(descriptor);
    } catch {
      // It was removed.
    }
  }
});
