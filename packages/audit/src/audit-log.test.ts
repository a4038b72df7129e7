import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventOf, openLog, SIGNER, VERIFIER } from "../test/fixtures.ts";
import { type Fault, MemoryFiles } from "../test/memory-files.ts";
import { AuditLog, type Receipt, receiptProof } from "./audit-log.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { parseEntry } from "./entry.ts";
import { diskFileSystem, type FileSystem } from "./file-system.ts";
import { directorySource, type LogSource } from "./log-source.ts";
import { generateNoteKeys, readSigner } from "./note-key.ts";
import { proveEntry, readBundles } from "./read-log.ts";
import { verifyProof } from "./tlog-proof.ts";
import { verifyLog } from "./verify-log.ts";

let directory: string;
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "scrim-audit-")), "log");
});
afterEach(() => rmSync(join(directory, ".."), { recursive: true }));

const at = (name: string) => join(directory, name);

/** Appends events one batch after the other. */
async function fill(log: AuditLog, count: number, batch = count): Promise<Receipt[]> {
  const receipts: Receipt[] = [];
  while (receipts.length < count) {
    const events = Array.from({ length: Math.min(batch, count - receipts.length) }, (_, number) =>
      eventOf(number),
    );
    receipts.push(...(await Promise.all(events.map((event) => log.append(event)))));
  }
  return receipts;
}

/** A receipt proves its entry, and the log has what it proves. */
async function expectKept(source: LogSource, receipts: readonly Receipt[]): Promise<void> {
  const checkpoints = new Set(receipts.map(({ checkpoint }) => checkpoint));
  const since = [...checkpoints].map((checkpoint) => Buffer.from(checkpoint));
  const { size } = await verifyLog(source, { publicKey: VERIFIER, since });
  const entries: Buffer[] = [];
  for await (const bundle of readBundles(source, size)) entries.push(...bundle.entries);
  for (const receipt of receipts) {
    const proved = verifyProof(Buffer.from(receiptProof(receipt)), { publicKey: VERIFIER });
    expect(entries[proved.index]).toEqual(proved.entry);
  }
}

test("what is appended is proved by its receipt, found again, and goes on after the log is opened anew", async () => {
  const log = await openLog(directory);
  const first = await fill(log, 300, 7);
  expect(first.map(({ index }) => index)).toEqual(Array.from({ length: 300 }, (_, index) => index));
  expect(log.size).toBe(300);
  await log.close();
  const again = await openLog(directory, { create: false });
  expect([again.size, again.checkpoint]).toEqual([300, log.checkpoint]);
  const second = await fill(again, 300, 100);
  await again.close();
  await expectKept(directorySource(directory), [...first, ...second]);
  const { size, unknownEntries, against } = await verifyLog(directory, { publicKey: VERIFIER });
  expect([size, unknownEntries, against]).toEqual([600, 0, "internal consistency only"]);
});

test("an entry has its time, and what was given", async () => {
  const log = await openLog(directory, { clock: () => 1_795_000_000_123 });
  const { entry } = await log.append({
    kind: "reveal",
    action: "open",
    outcome: "done",
    ids: { grant: "g-1" },
  });
  await log.close();
  expect(entry.toString()).toBe(
    '{"action":"open","ids":{"grant":"g-1"},"kind":"reveal","outcome":"done","time":"2026-11-18T11:06:40.123Z","version":1}',
  );
  expect(parseEntry(entry)?.kind).toBe("reveal");
});

test("files are their owner's alone, and full tiles take the place of partial ones", async () => {
  const log = await openLog(directory);
  await fill(log, 258, 50);
  await log.close();
  for (const file of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const { mode } = statSync(join(file.parentPath, file.name));
    expect([file.name, (mode & 0o777).toString(8)]).toEqual([file.name, file.isDirectory() ? "700" : "600"]);
  }
  expect(readdirSync(at("tile/0")).sort()).toEqual(["000", "001.p"]);
  expect(readdirSync(at("tile/entries")).sort()).toEqual(["000", "001.p"]);
  expect(readdirSync(at("tile/1"))).toEqual(["000.p"]);
});

test("entries that come together are written together", async () => {
  let syncs = 0;
  const files = {
    ...diskFileSystem,
    async openToAppend(path: string) {
      const file = await diskFileSystem.openToAppend(path);
      const sync = () => {
        syncs++;
        return file.sync();
      };
      return { ...file, sync };
    },
  };
  const log = await openLog(directory, { files });
  await fill(log, 200);
  await log.close();
  expect(syncs).toBe(1);
});

test("one process writes at a time; a lock whose holder has ended is taken over", async () => {
  const log = await openLog(directory);
  await expect(openLog(directory)).rejects.toMatchObject({
    code: "STORE_UNUSABLE",
    message: /another process/,
  });
  await log.close();
  const { hostname } = await import("node:os");
  writeFileSync(at("write-lock"), JSON.stringify({ host: hostname(), pid: process.pid, started: "1" }));
  await (await openLog(directory)).close(); // this process, but it started at another time
  expect(existsSync(at("write-lock"))).toBe(false);
  writeFileSync(at("write-lock"), JSON.stringify({ host: "elsewhere", pid: 1, started: "1" }));
  await expect(openLog(directory)).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
});

test("heartbeats come by themselves, and their failure is told", async () => {
  const told: unknown[] = [];
  let isFull = false;
  const files: FileSystem = {
    ...diskFileSystem,
    async write(...args) {
      if (isFull) throw Object.assign(new Error("planted"), { code: "ENOSPC" });
      await diskFileSystem.write(...args);
    },
  };
  const log = await openLog(directory, { files, heartbeatMs: 5, told: (error) => told.push(error) });
  while (log.size < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  isFull = true;
  while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(told[0]).toMatchObject({ code: "STORE_UNUSABLE", message: /ENOSPC/ });
  await log.close();
});

test("a log whose folder is gone takes nothing more, and does not begin anew", async () => {
  const log = await openLog(directory);
  await fill(log, 3);
  rmSync(directory, { recursive: true });
  for (let number = 0; number < 3; number++) {
    await expect(log.append(eventOf(number))).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
  }
  expect(existsSync(directory)).toBe(false);
  await log.close();
});

test("after it is closed nothing is appended", async () => {
  const log = await openLog(directory);
  await log.close();
  await log.close();
  await expect(log.append(eventOf(1))).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
});

describe("a log is not opened", () => {
  beforeEach(async () => {
    const log = await openLog(directory);
    await fill(log, 260, 52);
    await log.close();
  });
  const flip = (name: string, offset: number) => {
    const bytes = readFileSync(at(name));
    bytes[offset < 0 ? bytes.length + offset : offset]! ^= 1;
    writeFileSync(at(name), bytes);
  };
  const older = generateNoteKeys("log", "shop.example/audit");

  test.each<[name: string, spoil: () => void]>([
    ["without its checkpoint", () => rmSync(at("checkpoint"))],
    ["with a changed checkpoint", () => flip("checkpoint", 25)],
    ["with a changed signature", () => flip("checkpoint", -9)],
    ["with an entry changed in write-ahead", () => flip("write-ahead", 60)],
    [
      "with write-ahead cut off",
      () => writeFileSync(at("write-ahead"), readFileSync(at("write-ahead")).subarray(0, -1)),
    ],
    ["with write-ahead of another part", () => flip("write-ahead", 33)],
    ["with a broken head of write-ahead", () => flip("write-ahead", 0)],
    [
      "with a pipe for its checkpoint",
      () => {
        rmSync(at("checkpoint"));
        execFileSync("mkfifo", [at("checkpoint")]);
      },
    ],
    ["with a changed tile above", () => flip("tile/1/000.p/1", 0)],
    ["without a tile above", () => rmSync(at("tile/1/000.p/1"))],
    [
      "with its last bundle changed, where write-ahead is gone",
      () => {
        rmSync(at("write-ahead"));
        flip("tile/entries/001.p/4", -1);
      },
    ],
  ])("%s, and nothing of it is changed", async (_, spoil) => {
    spoil();
    const before = readdirSync(directory, { recursive: true }).sort();
    await expect(openLog(directory)).rejects.toMatchObject({ code: "AUDIT_INVALID" });
    expect(readdirSync(directory, { recursive: true }).sort()).toEqual(before);
  });

  test("with another key", async () => {
    const signer = readSigner("log", older.privateKey, "log.key");
    await expect(openLog(directory, { signer })).rejects.toMatchObject({ code: "AUDIT_INVALID" });
  });

  test("where there is none, unless a new one is asked for", async () => {
    rmSync(directory, { recursive: true });
    const options = { directory, signer: SIGNER };
    await expect(AuditLog.open(options)).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
    await (await AuditLog.open({ ...options, create: true })).close();
    await (await AuditLog.open(options)).close();
  });
});

test("a log is verified, and its entries are proved, while it is written", async () => {
  const log = await openLog(directory);
  await fill(log, 240, 60);
  let isWriting = true;
  const verifying = (async () => {
    const since: Buffer[] = [];
    while (isWriting) {
      const { size } = await verifyLog(directory, { publicKey: VERIFIER, since });
      await proveEntry(directorySource(directory), VERIFIER, size - 1);
      since.splice(0, 1, readFileSync(at("checkpoint")));
    }
    return await verifyLog(directory, { publicKey: VERIFIER, since });
  })();
  await fill(log, 800, 3);
  isWriting = false;
  expect(await verifying).toMatchObject({ size: 1_040, against: "kept checkpoint" });
  await log.close();
});

test("a copy of the published files is a whole log", async () => {
  const log = await openLog(directory);
  const receipts = await fill(log, 260, 52);
  await log.close();
  rmSync(at("write-ahead"));
  rmSync(at("tile/0/001.p/4"));
  const again = await openLog(directory);
  receipts.push(...(await fill(again, 3)));
  await again.close();
  await expectKept(directorySource(directory), receipts);
});

/** The source of a log in memory. */
const sourceOf = (files: MemoryFiles): LogSource => ({
  read: (path) => files.read(`/log/${path}`),
  list: async () =>
    files
      .paths()
      .filter((path) => path.startsWith("/log/tile/"))
      .map((path) => path.slice(5)),
  locate: (path) => path,
});

/** Appends until done, and gives the receipts of what was not refused. */
async function run(files: MemoryFiles, count: number, batch: number): Promise<Receipt[]> {
  const receipts: Receipt[] = [];
  const log = await openLog("/log", { files }).catch(() => undefined);
  for (let number = 0; log !== undefined && number < count; number += batch) {
    const events = Array.from({ length: Math.min(batch, count - number) }, (_, each) =>
      eventOf(number + each),
    );
    const settled = await Promise.allSettled(events.map((event) => log.append(event)));
    for (const result of settled) {
      if (result.status === "fulfilled") receipts.push(result.value);
      else expect(result.reason).toMatchObject({ code: "STORE_UNUSABLE" });
    }
  }
  await log?.close();
  return receipts;
}

describe("when the disk fails", () => {
  /** Starts shortly before a bundle is full, where the most is written. */
  const START = 250;

  async function prepared(): Promise<{ files: MemoryFiles; receipts: Receipt[] }> {
    const files = new MemoryFiles();
    const receipts = await run(files, START, START);
    return { files, receipts: [receipts[0]!, receipts.at(-1)!] }; // each costs time, and many are alike
  }

  test("at each call, in each way: what was refused is not missed, what was promised is there, and the log goes on", async () => {
    const { files: base, receipts: before } = await prepared();
    const calls = base.copy();
    await run(calls, 15, 5);
    expect(calls.calls).toBeGreaterThan(40);
    for (const [code, effect] of [
      ["ENOSPC", "half"],
      ["ENOSPC", "none"],
      ["EIO", "whole"],
    ] as const) {
      for (let at = 0; at < calls.calls; at++) {
        const files = base.copy([{ at, code, effect }]);
        const receipts = await run(files, 15, 5);
        await expectKept(sourceOf(files), [...before, ...receipts]);
        const later = await run(files, 4, 2);
        expect([code, effect, at, later.length]).toEqual([code, effect, at, 4]);
        await expectKept(sourceOf(files), [...before, ...receipts, ...later]);
      }
    }
  }, 120_000);

  test("a full disk that has room again takes entries again, in the same process", async () => {
    const faults = Array.from(
      { length: 60 },
      (_, number): Fault => ({ at: 40 + number, code: "ENOSPC", effect: "none" }),
    );
    const files = new MemoryFiles(faults);
    const log = await openLog("/log", { files });
    const results = [];
    for (let number = 0; number < 120; number++) {
      results.push(await log.append(eventOf(number)).catch(() => undefined));
    }
    await log.close();
    expect(results.at(0)).toBeDefined();
    expect(results).toContain(undefined);
    expect(results.at(-1)).toBeDefined();
    const receipts = results.filter((receipt) => receipt !== undefined);
    await expectKept(sourceOf(files), receipts);
    const { size } = readCheckpoint(Buffer.from(log.checkpoint), SIGNER);
    // What was refused is not in the log, but for one that had been written when even cutting it off failed.
    expect(size - receipts.length).toBeLessThanOrEqual(1);
  });

  test("when the machine stops at any call, whatever was not synced is lost: all receipts hold, and the log goes on", async () => {
    const { files: base, receipts: before } = await prepared();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(110),
        fc.constantFrom("none" as const, "half" as const, "whole" as const),
        fc.integer({ min: 1, max: 7 }),
        fc.infiniteStream(fc.nat()),
        async (at, effect, batch, stream) => {
          const choose = (below: number) => stream.next().value! % below;
          const files = base.copy([{ at, code: "EIO", effect, isCrash: true }]);
          const receipts = await run(files, 15, batch);
          const left = files.afterCrash(choose);
          const later = await run(left, 3, 1);
          expect(later).toHaveLength(3);
          await expectKept(sourceOf(left), [...before, ...receipts, ...later]);
        },
      ),
      { numRuns: 150 },
    );
  }, 120_000);

  test("the machine may also stop while a log is made, or is mended", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(30), fc.nat(30), fc.infiniteStream(fc.nat()), async (at, again, stream) => {
        const choose = (below: number) => stream.next().value! % below;
        const crash = (call: number): Fault[] => [{ at: call, code: "EIO", effect: "half", isCrash: true }];
        const files = new MemoryFiles(crash(at));
        const receipts = await run(files, 4, 2);
        const second = files.afterCrash(choose, crash(again));
        receipts.push(...(await run(second, 4, 2)));
        const third = second.afterCrash(choose);
        const later = await run(third, 2, 1);
        expect(later).toHaveLength(2);
        await expectKept(sourceOf(third), [...receipts, ...later]);
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});
