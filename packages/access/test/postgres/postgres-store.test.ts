import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PostgresStore, readPostgresUrl, type Store } from "../../src/index.ts";
import { accountOf } from "../documents.ts";
import { runStoreProcess } from "../run-store-process.ts";
import { BINARIES, Cluster } from "./cluster.ts";

const CRASHES = 5;

const SKIPPED = "PostgreSQL (skipped: initdb and postgres are not installed)";
const put = (store: Store, leased: number) =>
  store.write((transaction) => transaction.put("account", accountOf("a", leased)));
const get = (store: Store) =>
  store.read(async (transaction) => (await transaction.get("account", "a"))?.leased);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(BINARIES === undefined)(BINARIES === undefined ? SKIPPED : "a store in PostgreSQL", () => {
  let cluster: Cluster;
  let url: string;
  let databases = 0;

  beforeAll(async () => {
    cluster = await Cluster.start();
  });
  afterAll(() => cluster.remove());
  beforeEach(async () => {
    await sql(cluster.url("postgres"), `CREATE DATABASE d${++databases}`);
    url = cluster.url(`d${databases}`);
  });

  async function sql(on: string, text: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: on });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }

  async function withStore<T>(action: (store: Store) => Promise<T>, at = url): Promise<T> {
    const store = await PostgresStore.open({ url: at });
    try {
      return await action(store);
    } finally {
      await store.close();
    }
  }

  test(`the server is killed ${CRASHES} times under writers: what they knew to be kept is there, and the store goes on`, async () => {
    await withStore(async (store) => {
      let told = 0;
      store.onChange(() => told++);
      let isOver = false;
      let acknowledged = 0;
      let failures = 0;
      const writer = async () => {
        while (!isOver) {
          const written = store.write(async (transaction) => {
            const next = 1 + ((await transaction.get("account", "left"))?.leased ?? 0);
            await transaction.put("account", accountOf("left", next));
            await transaction.put("account", accountOf(`number ${next}`, next));
            await transaction.put("account", accountOf("right", next));
            return next;
          });
          try {
            acknowledged = Math.max(acknowledged, await written);
          } catch (error) {
            expect(error).toMatchObject({ code: "STORE_UNUSABLE" });
            failures++;
            await wait(20);
          }
        }
      };
      const writers = [writer(), writer(), writer()];
      for (let crash = 0; crash < CRASHES; crash++) {
        const before = acknowledged;
        await expect.poll(() => acknowledged, { timeout: 10_000, interval: 5 }).toBeGreaterThan(before + 5);
        await wait(Math.random() * 50);
        await cluster.kill();
        const [known, toldBefore] = [acknowledged, told];
        await wait(300); // writers find nobody there
        await cluster.restart();
        const left = await sql(url, "SELECT document FROM scrim_access.documents WHERE id = 'left'");
        expect(JSON.parse(String(left[0]?.document)).leased).toBeGreaterThanOrEqual(known);
        await expect.poll(() => told, { timeout: 10_000 }).toBeGreaterThan(toldBefore);
      }
      isOver = true;
      await Promise.all(writers);
      expect(failures).toBeGreaterThanOrEqual(CRASHES);
      await store.read(async (transaction) => {
        const last = (await transaction.get("account", "left"))!.leased;
        expect(last).toBeGreaterThanOrEqual(acknowledged);
        expect((await transaction.get("account", "right"))!.leased).toBe(last);
        for (let number = 1; number <= last; number++) {
          expect(await transaction.get("account", `number ${number}`)).toBeDefined();
        }
        expect(await transaction.get("account", `number ${last + 1}`)).toBeUndefined();
      });
    });
  }, 120_000);

  test("a server that comes back is told of, though nobody has written", async () => {
    await withStore(async (store) => {
      await put(store, 1);
      await wait(50);
      let told = 0;
      store.onChange(() => told++);
      await cluster.kill();
      await expect(get(store)).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
      expect(told).toBe(0);
      await cluster.restart();
      await expect.poll(() => told, { timeout: 10_000 }).toBeGreaterThan(0);
      expect(await get(store)).toBe(1);
    });
  });

  test("the lock of a writer that is killed is free at once, and nothing of its write is there", async () => {
    await withStore(async (store) => {
      await put(store, 1);
      for (let kill = 0; kill < 5; kill++) {
        const writer = runStoreProcess(url, "pairs");
        await writer.ready;
        await wait(Math.random() * 60);
        writer.child.kill("SIGKILL");
        expect(await writer.ended).toBe("SIGKILL");
        const startMs = performance.now();
        await put(store, 2);
        expect(performance.now() - startMs).toBeLessThan(2_000);
        await store.read(async (transaction) => {
          const left = (await transaction.get("account", "left"))?.leased ?? 0;
          expect(left).toBeGreaterThanOrEqual(writer.kept.at(-1) ?? 0);
          expect((await transaction.get("account", "right"))?.leased ?? 0).toBe(left);
        });
      }
    });
  });

  test("a connection that the server ends in the middle is an error, and nothing of the write is there", async () => {
    await withStore(async (store) => {
      await put(store, 1);
      const ended = store.write(async (transaction) => {
        await transaction.put("account", accountOf("a", 2));
        await sql(
          cluster.url("postgres"),
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'scrim-access' AND state LIKE 'idle in%'",
        );
        await transaction.put("account", accountOf("b", 2));
      });
      await expect(ended).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
      expect(await get(store)).toBe(1);
      await put(store, 3);
      expect(await get(store)).toBe(3);
    });
  });

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

  test("an error that the work has caught doesn't let half of it be kept", async () => {
    await withStore(async (store) => {
      await sql(url, "ALTER TABLE scrim_access.documents ADD CHECK (id <> 'forbidden')");
      const caught = store.write(async (transaction) => {
        await transaction.put("account", accountOf("a", 1));
        await transaction.put("account", accountOf("forbidden", 1)).catch(() => undefined);
      });
      await expect(caught).rejects.toMatchObject({
        code: "STORE_UNUSABLE",
        message: "can't be written (23514)",
      });
      expect(await get(store)).toBeUndefined();
    });
  });

  test("a newer schema is refused at the start, and by processes that have the store open", async () => {
    await withStore(async (store) => {
      await put(store, 1);
      await sql(
        url,
        "INSERT INTO scrim_access.schema_migrations VALUES (99); UPDATE scrim_access.changes SET schema_version = 99",
      );
      const newer = { code: "STORE_UNUSABLE", message: expect.stringContaining("newer version") };
      await expect(put(store, 2)).rejects.toMatchObject(newer);
      await expect(PostgresStore.open({ url })).rejects.toMatchObject(newer);
      expect(await get(store)).toBe(1);
    });
  });

  test("tables of the first version open, with what is in them, and come to be like new ones", async () => {
    const old = readFileSync(join(import.meta.dirname, "..", "schemas", "postgres-1.sql"), "utf8");
    await sql(url, old);
    const id = "act-00000000000000000000000000000001";
    await withStore(async (store) => {
      const due = await store.write((transaction) => transaction.find("act", { dueBy: 87_400 }));
      expect(due).toEqual([{ id, at: 1_000 }]);
      await put(store, 1);
    });
    const shape = async () => [
      await sql(
        url,
        `SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name
         FROM information_schema.columns WHERE table_schema = 'scrim_access' ORDER BY table_name, column_name`,
      ),
      await sql(url, "SELECT indexdef FROM pg_indexes WHERE schemaname = 'scrim_access' ORDER BY indexname"),
      await sql(url, "SELECT version FROM scrim_access.schema_migrations ORDER BY version"),
    ];
    const mended = await shape();
    await sql(url, "DROP SCHEMA scrim_access CASCADE");
    await withStore((store) => put(store, 1));
    expect(mended).toEqual(await shape());
  });

  test("stores that are opened at once make the tables once", async () => {
    const stores = await Promise.all(Array.from({ length: 5 }, () => PostgresStore.open({ url })));
    await Promise.all(stores.map((store, at) => put(store, at)));
    expect(await sql(url, "SELECT version FROM scrim_access.schema_migrations")).toEqual([{ version: 1 }]);
    for (const store of stores) await store.close();
  });

  test("a database that can't hold any text is refused", async () => {
    await sql(cluster.url("postgres"), "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    await expect(PostgresStore.open({ url: cluster.url("latin") })).rejects.toMatchObject({
      code: "STORE_UNUSABLE",
      message: expect.stringContaining("UTF8"),
    });
  });

  test("commits are durable, and transactions bounded, whatever the database's defaults", async () => {
    await sql(url, "ALTER ROLE scrim SET synchronous_commit = off");
    try {
      await withStore(async (store) => {
        const seen = await store.write(async (transaction) => {
          await transaction.put("account", accountOf("a", 1));
          return await sql(
            cluster.url("postgres"),
            "SELECT count(*)::int AS held FROM pg_locks WHERE locktype = 'advisory' AND granted",
          );
        });
        expect(seen).toEqual([{ held: 1 }]);
        await sql(
          url,
          `CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF current_setting('synchronous_commit') <> 'on' OR current_setting('lock_timeout') = '0'
               OR current_setting('statement_timeout') = '0' OR current_setting('idle_in_transaction_session_timeout') = '0'
             THEN RAISE 'unbounded'; END IF; RETURN NEW; END $$;
           CREATE TRIGGER seen BEFORE INSERT ON scrim_access.documents FOR EACH ROW EXECUTE FUNCTION seen()`,
        );
        await put(store, 2);
      });
    } finally {
      await sql(url, "ALTER ROLE scrim RESET synchronous_commit");
    }
  });

  test("changes are found within seconds where notifications are swallowed", async () => {
    await withStore(async (store) => {
      let told = 0;
      store.onChange(() => told++);
      await sql(url, "UPDATE scrim_access.changes SET number = number + 1"); // a commit that nobody notified of
      await expect.poll(() => told, { timeout: 3_000 }).toBe(1);
    });
  });

  describe("behind a way that breaks", () => {
    let proxy: Server;
    let sockets: Socket[];
    let isSilent: boolean;
    let losesCommit: boolean;
    let address: string;

    beforeEach(async () => {
      sockets = [];
      isSilent = false;
      losesCommit = false;
      const { port } = new URL(url);
      proxy = createServer((socket) => {
        const server = connect(Number(port), "127.0.0.1");
        sockets.push(socket, server);
        socket.on("error", () => server.destroy()).on("close", () => server.destroy());
        server.on("error", () => socket.destroy()).on("close", () => socket.destroy());
        socket.on("data", (bytes) => {
          if (!isSilent) server.write(bytes);
          if (!losesCommit || !bytes.includes("COMMIT\0")) return;
          server.removeAllListeners("data").on("data", () => server.destroy()); // its answer, which is lost
        });
        server.on("data", (bytes) => isSilent || socket.write(bytes));
      });
      await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
      address = url.replace(`:${port}/`, `:${(proxy.address() as { port: number }).port}/`);
    });
    afterEach(() => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    });

    test("an answer to COMMIT that is lost is an error, and whoever retries sees that it was kept", async () => {
      await withStore(async (store) => {
        await put(store, 1);
        losesCommit = true;
        await expect(put(store, 2)).rejects.toMatchObject({
          code: "STORE_UNUSABLE",
          message: expect.stringContaining("may or may not"),
        });
        losesCommit = false;
        expect(await get(store)).toBe(2);
        await put(store, 3);
        expect(await get(store)).toBe(3);
      }, address);
    });

    test("a server that says nothing any more is an error after seconds, and the store goes on afterwards", async () => {
      await withStore(async (store) => {
        await put(store, 1);
        isSilent = true;
        const startMs = performance.now();
        await expect(put(store, 2)).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
        expect(performance.now() - startMs).toBeLessThan(20_000);
        isSilent = false;
        await put(store, 3);
        expect(await get(store)).toBe(3);
      }, address);
    }, 60_000);
  });

  test("the way is protected by TLS that knows the server, where the address says so", async () => {
    const { port } = new URL(url);
    const at = (host: string, more: string) =>
      `postgres://scrim:hunter2@${host}:${port}/d${databases}?${more}`;
    const verified = (host: string) => at(host, `sslmode=verify-full&sslrootcert=${cluster.certificate}`);
    await withStore((store) => put(store, 1), verified("localhost"));
    const refusals = [
      [verified("127.0.0.1"), "can't be reached (ERR_TLS_CERT_ALTNAME_INVALID)"],
      [at("localhost", "sslmode=verify-full"), "can't be reached (DEPTH_ZERO_SELF_SIGNED_CERT)"],
      [at("localhost", "sslmode=verify-full&sslrootcert=/nowhere.pem"), "can't be reached (ENOENT)"],
    ] as const;
    for (const [address, message] of refusals) {
      await expect(PostgresStore.open({ url: address })).rejects.toMatchObject({
        code: "STORE_UNUSABLE",
        message,
      });
    }
  });

  test("a server that isn't there is told of without the address", async () => {
    const elsewhere = "postgres://scrim:hunter2@127.0.0.1:1/secretname";
    const error = await PostgresStore.open({ url: elsewhere }).catch((cause) => cause);
    expect(error).toMatchObject({ code: "STORE_UNUSABLE", message: "can't be reached (ECONNREFUSED)" });
    expect(`${error.stack} ${error.hint} ${JSON.stringify(error)}`).not.toMatch(/hunter2|secretname/);
  });
});

describe("the address of a database", () => {
  const TAKEN = [
    "postgres://scrim@localhost/scrim",
    "postgresql://scrim:p%40ss@127.0.0.1:5433/scrim",
    "postgres:///scrim?host=/run/postgresql",
    "postgres://scrim@%2Frun%2Fpostgresql/scrim",
    "postgres://scrim@[::1]/scrim",
    "postgres://scrim@db.example/scrim?sslmode=verify-full&sslrootcert=/etc/ca.pem",
    "postgres://scrim@10.0.0.7/scrim?sslmode=disable",
  ];
  const REFUSED: readonly (readonly [name: string, url: string])[] = [
    ["nothing", ""],
    ["a host alone", "db.example"],
    ["no host, where the environment may name one", "postgres:///scrim"],
    ["a space, which is read otherwise by others", "postgres://jane@localhost/ scrim"],
    ["a percent sign, which is read otherwise by others", "postgres://jane:100%@localhost/scrim"],
    ["another protocol", "mysql://jane@localhost/scrim"],
    ["another machine, and no word about TLS", "postgres://jane@db.example/scrim"],
    ["another machine by parameter", "postgres://jane@localhost/scrim?host=db.example"],
    ["a name that begins like this machine's", "postgres://jane@localhost.example/scrim"],
    ["TLS that verifies nothing", "postgres://jane@db.example/scrim?sslmode=no-verify"],
    ["TLS where it can be had", "postgres://jane@db.example/scrim?sslmode=prefer"],
    ["TLS that pg means otherwise than libpq", "postgres://jane@db.example/scrim?sslmode=require"],
    ["TLS by another parameter", "postgres://jane@db.example/scrim?ssl=true"],
    ["a parameter that lifts a limit", "postgres://jane@localhost/scrim?query_timeout=0"],
    ["a parameter twice", "postgres://jane@db.example/scrim?sslmode=verify-full&sslmode=disable"],
  ];
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "scrim-url-"));
    file = join(folder, "database.url");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each(TAKEN)("%s is taken", (url) => {
    writeFileSync(file, `${url}\n`, { mode: 0o600 });
    expect(readPostgresUrl({ file })).toBe(url);
  });

  test.each(REFUSED)("%s is refused, and not quoted", async (_, url) => {
    writeFileSync(file, url, { mode: 0o600 });
    for (const read of [async () => readPostgresUrl({ file }), () => PostgresStore.open({ url })]) {
      const error = await read().catch((cause) => cause);
      expect(error).toMatchObject({ code: "CONFIG_INVALID", hint: expect.any(String) });
      expect(`${error.stack} ${error.hint} ${error.cause}`).not.toContain("jane");
    }
  });

  test("a file that others may read, is missing or too large is refused, as is a variable that isn't set", () => {
    const unreadable = expect.objectContaining({ code: "CONFIG_UNREADABLE" });
    expect(() => readPostgresUrl({ file })).toThrow(unreadable);
    writeFileSync(file, TAKEN[0]!, { mode: 0o600 });
    chmodSync(file, 0o644);
    expect(() => readPostgresUrl({ file })).toThrow(unreadable);
    chmodSync(file, 0o600);
    writeFileSync(file, "x".repeat(20_000));
    expect(() => readPostgresUrl({ file })).toThrow(unreadable);
    expect(() => readPostgresUrl({ variable: "SCRIM_NO_SUCH_VARIABLE" })).toThrow(unreadable);
    process.env.SCRIM_TEST_DATABASE = TAKEN[0];
    expect(readPostgresUrl({ variable: "SCRIM_TEST_DATABASE" })).toBe(TAKEN[0]);
    delete process.env.SCRIM_TEST_DATABASE;
  });
});
