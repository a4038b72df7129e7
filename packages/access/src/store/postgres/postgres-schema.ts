import { OperatingError } from "@scrim/errors";
import type { ClientBase } from "pg";

/** Waits at most so long for the writers before; then a statement, and an idle transaction, may last so long. Milliseconds. */
const LIMITS = `SET LOCAL lock_timeout = 10000; SET LOCAL statement_timeout = 12000;
  SET LOCAL idle_in_transaction_session_timeout = 15000;`;

/**
 * Begins a transaction that writes, as the only one of all processes: the lock lasts until it ends, also where its process dies. Its first snapshot
 * is taken with the lock in hand, and each statement takes a new one, so that it sees all that its predecessors have committed; a stricter isolation
 * would take its snapshot before it waits. A commit returns once it is on the disk, whatever the server's default.
 */
export const BEGIN_WRITING = `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ${LIMITS}
  SET LOCAL synchronous_commit = on; SELECT pg_advisory_xact_lock(${0x5363726d}, 1)`;

/** Begins a transaction that sees one state, that of its first query. */
export const BEGIN_READING = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${LIMITS}`;

/** Where commits are told of, with their number. */
export const CHANNEL = "scrim_access";

/** The number of the last commit. */
export const LAST_CHANGE = "SELECT number FROM scrim_access.changes";

/** Counts a commit and tells of it, once it is one. Finds nothing where a newer version has changed the tables. */
export const NOTE_CHANGE = `WITH change AS (
    UPDATE scrim_access.changes SET number = number + 1 WHERE schema_version = $1 RETURNING number
  ) SELECT number, pg_notify('${CHANNEL}', number::text) FROM change`;

/** What makes a store from an empty database, in order. One that was released never changes. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE scrim_access.documents (
     kind text COLLATE "C" NOT NULL,
     id text COLLATE "C" NOT NULL,
     tenant text COLLATE "C",
     state text COLLATE "C",
     people text[] COLLATE "C" NOT NULL,
     due_at bigint,
     created_at bigint,
     document text NOT NULL,
     PRIMARY KEY (kind, id)
   );
   CREATE INDEX documents_by_state ON scrim_access.documents (kind, state, tenant);
   CREATE INDEX documents_by_due ON scrim_access.documents (kind, due_at) WHERE due_at IS NOT NULL;
   CREATE INDEX documents_by_created ON scrim_access.documents (kind, tenant, created_at);
   CREATE INDEX documents_by_people ON scrim_access.documents USING gin (people);
   CREATE TABLE scrim_access.changes (
     is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
     number bigint NOT NULL,
     schema_version integer NOT NULL
   );
   INSERT INTO scrim_access.changes (number, schema_version) VALUES (0, 1);`,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Brings the tables to the newest schema, in one transaction, alone.
 *
 * @throws what the server does; {@link OperatingError} `STORE_UNUSABLE` where they are a newer version's, or the database can't hold any text
 */
export async function migrate(client: ClientBase): Promise<void> {
  await client.query(BEGIN_WRITING);
  const encoding = await firstValue(client, "SHOW server_encoding");
  if (encoding !== "UTF8") {
    throw new OperatingError("STORE_UNUSABLE", "the database's encoding is not UTF8", {
      path: "postgres",
      hint: "make one with: createdb --encoding=UTF8 --template=template0 NAME",
    });
  }
  if ((await firstValue(client, "SELECT to_regnamespace('scrim_access')")) === null) {
    await client.query("CREATE SCHEMA scrim_access");
  }
  await client.query(`CREATE TABLE IF NOT EXISTS scrim_access.schema_migrations
    (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`);
  const version = Number(
    await firstValue(client, "SELECT coalesce(max(version), 0) FROM scrim_access.schema_migrations"),
  );
  if (version > SCHEMA_VERSION) throw tooNew();
  for (const [at, migration] of MIGRATIONS.entries()) {
    if (at < version) continue;
    await client.query(migration);
    await client.query("INSERT INTO scrim_access.schema_migrations (version) VALUES ($1)", [at + 1]);
    await client.query("UPDATE scrim_access.changes SET schema_version = $1", [at + 1]);
  }
  await client.query("COMMIT");
}

export function tooNew(): OperatingError {
  return new OperatingError("STORE_UNUSABLE", "was written by a newer version of Scrim", {
    path: "postgres",
    hint: "run that version, or restore a backup from before the upgrade",
  });
}

async function firstValue(client: ClientBase, sql: string): Promise<unknown> {
  const { rows } = await client.query({ text: sql, rowMode: "array" });
  return (rows[0] as unknown[] | undefined)?.[0];
}
