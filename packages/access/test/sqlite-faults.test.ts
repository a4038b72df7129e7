import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SqliteStore } from "../src/index.ts";
import { runUnder } from "./run-store-process.ts";

/** What SQLite asks of the system to change a file, in the order of a commit. */
const CALLS = ["pwrite64", "fsync", "ftruncate"] as const;
type Call = (typeof CALLS)[number];
const WRITES = 2;

/** Whether `strace` is there and may trace: it makes a system call fail, or kills the caller in it. */
const CAN_TRACE = spawnSync("strace", ["-qq", "-o", "/dev/null", "true"]).status === 0;
const NAME = "an SQLite store whose system calls fail";

describe.skipIf(!CAN_TRACE)(
  CAN_TRACE ? NAME : `${NAME} (skipped: strace is missing, or may not trace)`,
  () => {
    let parent: string;

    beforeEach(() => {
      parent = mkdtempSync(join(tmpdir(), "scrim-faults-"));
    });
    afterEach(() => rmSync(parent, { recursive: true, force: true }));

    /** Runs a writer on a new file, with something done to its calls on that file. */
    function run(inject?: string, writes = WRITES) {
      const folder = mkdtempSync(join(parent, "run-"));
      const [path, trace] = [join(folder, "access.db"), join(folder, "trace")];
      const options = [
        "-f",
        "-qq",
        "-o",
        trace,
        "-P",
        path,
        "-P",
        `${path}-wal`,
        "-e",
        `trace=${CALLS.join(",")}`,
      ];
      const injected = inject === undefined ? [] : ["-e", `inject=${inject}`];
      const writer = runUnder(["strace", ...options, ...injected], `sqlite:${path}`, "pairs", String(writes));
      return { writer, path, trace };
    }

    /** How often a writer that nothing happens to makes each call. */
    async function countCalls(writes = WRITES): Promise<Record<Call, number>> {
      const { writer, trace } = run(undefined, writes);
      expect(await writer.ended).toBe(0);
      expect(writer.kept).toHaveLength(writes);
      const lines = readFileSync(trace, "utf8").split("\n");
      const count = (call: Call) => lines.filter((line) => line.includes(` ${call}(`)).length;
      return { pwrite64: count("pwrite64"), fsync: count("fsync"), ftruncate: count("ftruncate") };
    }

    /** Does something for each number up to a count, every few of them, two at once. */
    async function forEach(
      count: number,
      step: number,
      action: (at: number) => Promise<void>,
    ): Promise<void> {
      const numbers = Array.from({ length: Math.ceil(count / step) }, (_, at) => 1 + at * step).values();
      const lane = async () => {
        for (const at of numbers) await action(at);
      };
      await Promise.all([lane(), lane()]);
    }

    /** Asserts that a file is sound and holds whole transactions; gives the number of the last. */
    async function lastPair(path: string): Promise<number> {
      const store = await SqliteStore.open({ path });
      const last = await store.read(async (transaction) => {
        const left = (await transaction.get("account", "left"))?.leased ?? 0;
        expect((await transaction.get("account", "right"))?.leased ?? 0).toBe(left);
        const accounts = await transaction.find("account", {});
        expect(accounts).toHaveLength(left === 0 ? 0 : left + 2);
        return left;
      });
      await store.close();
      const database = new DatabaseSync(path);
      expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
      database.close();
      return last;
    }

    test("each commit is synced: five more of them are five more calls", async () => {
      const [few, many] = [await countCalls(), await countCalls(WRITES + 5)];
      expect(many.fsync - few.fsync).toBe(5);
    });

    test.each(CALLS)(
      "killed in each %s in turn: what was acknowledged is there, and nothing is half there",
      async (call) => {
        const calls = await countCalls();
        expect(calls[call]).toBeGreaterThan(0);
        await forEach(calls[call], 1, async (at) => {
          const { writer, path } = run(`${call}:signal=KILL:when=${at}`);
          expect(await writer.ended, `${call} ${at}`).toBe("SIGKILL");
          const [last, acknowledged] = [await lastPair(path), writer.kept.at(-1) ?? 0];
          expect([acknowledged, acknowledged + 1], `${call} ${at}`).toContain(last);
        });
      },
      240_000,
    );

    const ERRORS: readonly (readonly [error: string, call: Call, step: number])[] = [
      ["EIO", "pwrite64", 4],
      ["ENOSPC", "pwrite64", 5],
      ["EIO", "fsync", 1],
    ];
    test.each(ERRORS)(
      "%s in one %s: the write fails, and the next ones are kept",
      async (error, call, step) => {
        const calls = await countCalls();
        let failed = 0;
        await forEach(calls[call], step, async (at) => {
          const { writer, path } = run(`${call}:error=${error}:when=${at}`);
          const code = await writer.ended;
          const last = await lastPair(path);
          expect(last, `${call} ${at}`).toBeGreaterThanOrEqual(writer.kept.at(-1) ?? 0);
          if (code === 3) return; // the file could not be made
          expect(code, `${call} ${at}`).toBe(0);
          expect(writer.failed()).toBeLessThanOrEqual(1);
          expect(writer.kept.length + writer.failed()).toBe(WRITES);
          failed += writer.failed();
        });
        expect(failed).toBeGreaterThan(0);
      },
      240_000,
    );
  },
);
