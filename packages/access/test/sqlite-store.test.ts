import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SqliteStore, type Store } from "../src/index.ts";
import { accountOf, requestOf } from "./documents.ts";
import { runStoreProcess } from "./run-store-process.ts";

const KILLS = 30;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-sqlite-"));
  path = join(folder, "access.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function withStore<T>(action: (store: Store) => Promise<T>, at = path): Promise<T> {
  const store = await SqliteStore.open({ path: at });
  try {
    return await action(store);
  } finally {
    await store.close();
  }
}

function withDatabase<T>(action: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path);
  try {
    return action(database);
  } finally {
    database.close();
  }
}

const put = (store: Store, leased: number) =>
  store.write((transaction) => transaction.put("account", accountOf("a", leased)));
const get = (store: Store) =>
  store.read(async (transaction) => (await transaction.get("account", "a"))?.leased);

/** Asserts that a file is sound and holds whole transactions; gives the number of the last. */
async function lastPair(): Promise<number> {
  const check = withDatabase((database) => database.prepare("PRAGMA integrity_check").get());
  expect(check).toEqual({ integrity_check: "ok" });
  return await withStore((store) =>
    store.read(async (transaction) => {
      const left = (await transaction.get("account", "left"))?.leased ?? 0;
      expect((await transaction.get("account", "right"))?.leased ?? 0).toBe(left);
      expect(await transaction.get("account", `number ${left + 1}`)).toBeUndefined();
      for (let number = 1; number <= left; number++) {
        expect(await transaction.get("account", `number ${number}`)).toBeDefined();
      }
      return left;
    }),
  );
}

test(`a writer is killed ${KILLS} times: what it knew to be kept is there, and nothing is half there`, async () => {
  let acknowledged = 0;
  let ahead = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const writer = runStoreProcess(`sqlite:${path}`, "pairs");
    await writer.ready;
    if (kill % 2 === 0)
      await expect.poll(() => writer.kept.length, { timeout: 30_000, interval: 1 }).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
    writer.child.kill("SIGKILL");
    expect(await writer.ended).toBe("SIGKILL");
    acknowledged = writer.kept.at(-1) ?? acknowledged;
    const last = await lastPair();
    expect(last).toBeGreaterThanOrEqual(acknowledged);
    ahead += last - acknowledged;
    acknowledged = last;
  }
  console.log(
    `access: killed ${KILLS} times; ${acknowledged} writes are there, ${ahead} of them unacknowledged`,
  );
  expect(acknowledged).toBeGreaterThanOrEqual(KILLS / 2);
}, 120_000);

test("a process that is killed while it makes the file leaves one that opens", async () => {
  for (let kill = 0; kill < 12; kill++) {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    const writer = runStoreProcess(`sqlite:${path}`, "pairs");
    const poll = setInterval(
      () => {
        if (existsSync(path)) writer.child.kill("SIGKILL");
      },
      1 + (kill % 4),
    );
    await writer.ended;
    clearInterval(poll);
    expect(await lastPair()).toBeGreaterThanOrEqual(writer.kept.at(-1) ?? 0);
  }
}, 120_000);

test("the file, and what SQLite makes beside it, is its owner's alone, whatever the umask", async () => {
  const umask = process.umask(0);
  try {
    await withStore(async (store) => {
      await put(store, 1);
      for (const end of ["", "-wal", "-shm"]) expect(statSync(path + end).mode & 0o777, end).toBe(0o600);
    });
  } finally {
    process.umask(umask);
  }
});

const REFUSED: readonly (readonly [name: string, prepare: () => void, message: RegExp])[] = [
  ["a file that others may read", () => writeFileSync(path, "", { mode: 0o640 }), /others than its owner/],
  ["a folder", () => mkdirSync(path), /EISDIR|is no file/],
  ["a missing folder", () => rmSync(folder, { recursive: true }), /ENOENT/],
  ["a pipe", () => execFileSync("mkfifo", ["-m", "600", path]), /is no file/],
  ["a text", () => writeFileSync(path, "jane@example.com ".repeat(500), { mode: 0o600 }), /not a database/],
  [
    "a database of another program",
    () => {
      withDatabase((database) => database.exec("CREATE TABLE customers (email TEXT)"));
      chmodSync(path, 0o600);
    },
    /another program/,
  ],
];
test.each(REFUSED)("refuses %s, and leaves it as it is", async (_, prepare, message) => {
  prepare();
  const error = await SqliteStore.open({ path }).catch((cause) => cause);
  expect(error).toMatchObject({ code: "STORE_UNUSABLE", path, hint: expect.any(String) });
  expect(error.message).toMatch(message);
  expect(error.line).not.toContain("jane");
  if (existsSync(path) && statSync(path).isFile()) expect(existsSync(`${path}-wal`)).toBe(false);
});

test("a file of a newer schema is refused at the start, and by processes that have it open", async () => {
  await withStore(async (store) => {
    await put(store, 1);
    withDatabase((database) => database.exec("PRAGMA user_version = 99"));
    const newer = { code: "STORE_UNUSABLE", message: expect.stringContaining("newer version") };
    await expect(put(store, 2)).rejects.toMatchObject(newer);
    await expect(get(store)).rejects.toMatchObject(newer);
    await expect(SqliteStore.open({ path })).rejects.toMatchObject(newer);
    withDatabase((database) => database.exec("PRAGMA user_version = 1"));
    expect(await get(store)).toBe(1);
  });
});

test("an empty file becomes a store; one that is a store keeps what it has", async () => {
  writeFileSync(path, "", { mode: 0o600 });
  await withStore((store) => put(store, 3));
  await withStore(async (store) => expect(await get(store)).toBe(3));
  const made = withDatabase((database) => database.prepare("PRAGMA user_version").get());
  expect(made).toEqual({ user_version: 1 });
});

test("a file of the first version opens, with what is in it, and comes to be like a new one", async () => {
  const old = readFileSync(join(import.meta.dirname, "schemas", "sqlite-1.sql"), "utf8");
  withDatabase((database) => database.exec(old));
  chmodSync(path, 0o600);
  const id = "act-00000000000000000000000000000001";
  await withStore(async (store) => {
    const due = await store.write((transaction) => transaction.find("act", { dueBy: 87_400 }));
    expect(due).toEqual([{ id, at: 1_000 }]);
    await put(store, 1);
  });
  const shape = () =>
    withDatabase((database) => {
      const rows = database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
      const { user_version } = database.prepare("PRAGMA user_version").get()!;
      return [user_version, ...rows.map(({ name, sql }) => [name, sql && String(sql).replace(/\s+/g, " ")])];
    });
  const mended = shape();
  rmSync(path);
  await withStore((store) => put(store, 1));
  expect(mended).toEqual(shape());
});

test("a store that is removed or replaced under it isn't made anew; the one that comes back is used", async () => {
  await withStore(async (store) => {
    await put(store, 1);
    await withStore((other) => put(other, 7), join(folder, "backup.db"));
    let told = 0;
    store.onChange(() => told++);
    renameSync(path, join(folder, "moved.db"));
    await expect(put(store, 2)).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
    await expect(get(store)).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
    expect(existsSync(path)).toBe(false);
    for (const end of ["-wal", "-shm"]) rmSync(path + end, { force: true });
    renameSync(join(folder, "backup.db"), path);
    await expect.poll(() => told, { timeout: 2_000 }).toBeGreaterThan(0);
    expect(await get(store)).toBe(7);
    await put(store, 8);
    expect(await get(store)).toBe(8);
  });
});

test("a lock that another process holds for long is waited for, without holding up this one", async () => {
  await withStore(async (store) => {
    await put(store, 1);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const written = put(store, 2);
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 10);
    await new Promise((resolve) => setTimeout(resolve, 500));
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(20);
    expect(await get(store)).toBe(1); // readers don't wait
    other.exec("ROLLBACK");
    other.close();
    await written;
    expect(await get(store)).toBe(2);
  });
});

test("a lock that isn't given back is an error after ten seconds, and the store goes on afterwards", async () => {
  await withStore(async (store) => {
    await put(store, 1);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    await expect(put(store, 2)).rejects.toMatchObject({
      code: "STORE_UNUSABLE",
      hint: expect.stringContaining("another process"),
    });
    other.exec("ROLLBACK");
    other.close();
    await put(store, 3);
    expect(await get(store)).toBe(3);
  });
}, 30_000);

test("work that doesn't end is given up, and lets the next writer write", async () => {
  await withStore(async (store) => {
    const hung = store.write(async (transaction) => {
      await transaction.put("account", accountOf("a", 1));
      await new Promise(() => undefined);
    });
    const next = put(store, 2);
    await expect(hung).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
    await next;
    expect(await get(store)).toBe(2);
  });
}, 30_000);

/** Whether a file system of its own can be made for a test. */
const CAN_MOUNT = (() => {
  const place = mkdtempSync(join(tmpdir(), "scrim-mount-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", place]);
  if (mounted.status === 0) spawnSync("umount", [place]);
  rmSync(place, { recursive: true });
  return mounted.status === 0;
})();

test.skipIf(!CAN_MOUNT)(
  "a full disk is an error that leaves nothing, and room on it is used again",
  async () => {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
    try {
      writeFileSync(join(folder, "ballast"), Buffer.alloc(200_000));
      await withStore(async (store) => {
        await put(store, 1);
        const reason = { commitment: "c", salt: "s", text: "x".repeat(20_000) };
        const fill = (name: string) =>
          store.write(async (transaction) => {
            await transaction.put("account", accountOf("a", 2));
            await transaction.put("request", requestOf(name, { reason }));
          });
        let kept = 0;
        let failure: unknown;
        for (; kept < 100 && failure === undefined; kept++) {
          await put(store, 1);
          failure = await fill(`full ${kept}`).then(
            () => undefined,
            (cause) => cause,
          );
        }
        kept--;
        expect(failure).toMatchObject({
          code: "STORE_UNUSABLE",
          message: expect.stringMatching(/full|I\/O/),
        });
        expect(await store.read((transaction) => transaction.find("request", {}))).toHaveLength(kept);
        expect(await get(store)).toBe(1);
        await expect(fill("still full")).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
        rmSync(join(folder, "ballast"));
        await fill("again");
        expect(await get(store)).toBe(2);
        expect(await store.read((transaction) => transaction.find("request", {}))).toHaveLength(kept + 1);
      });
      const check = withDatabase((database) => database.prepare("PRAGMA integrity_check").get());
      expect(check).toEqual({ integrity_check: "ok" });
    } finally {
      execFileSync("umount", [folder]);
    }
  },
);

test("what is removed is gone from the file, once its pages are written back", async () => {
  const secret = "the refund of Mrs Lindqvist";
  const reason = { commitment: "c", salt: "s", text: secret };
  const request = requestOf("a", { reason });
  await withStore((store) => store.write((transaction) => transaction.put("request", request)));
  const holds = () => execFileSync("cat", [path]).includes(secret);
  expect(holds()).toBe(true);
  await withStore((store) => store.write((transaction) => transaction.remove("request", request.id)));
  expect(holds()).toBe(false);
});
