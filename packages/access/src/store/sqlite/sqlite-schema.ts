import type { DatabaseSync } from "node:sqlite";
import { OperatingError } from "@scrim/errors";

/** What makes a store from an empty file, in order. `PRAGMA user_version` counts those that were applied; one that was released never changes. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE documents (
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     tenant TEXT,
     state TEXT,
     due_at INTEGER,
     created_at INTEGER,
     document TEXT NOT NULL,
     PRIMARY KEY (kind, id)
   ) STRICT;
   CREATE INDEX documents_by_state ON documents (kind, state, tenant);
   CREATE INDEX documents_by_due ON documents (kind, due_at) WHERE due_at IS NOT NULL;
   CREATE INDEX documents_by_created ON documents (kind, tenant, created_at);
   CREATE TABLE people (
     kind TEXT NOT NULL,
     person TEXT NOT NULL,
     id TEXT NOT NULL,
     PRIMARY KEY (kind, person, id),
     FOREIGN KEY (kind, id) REFERENCES documents (kind, id) ON DELETE CASCADE
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX people_by_document ON people (kind, id);`,
];

/** Says in a file's header whose it is: "Scrm". */
const APPLICATION_ID = 0x5363726d;

/**
 * Brings a file to the newest schema, in one transaction.
 *
 * @throws {OperatingError} `STORE_UNUSABLE` where it belongs to another program, or to a newer version of this one
 */
export function migrate(database: DatabaseSync, path: string): void {
  if (versionOf(database, path) === MIGRATIONS.length) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    for (const migration of MIGRATIONS.slice(versionOf(database, path))) database.exec(migration);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}; PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec("COMMIT");
  } finally {
    if (database.isTransaction) database.exec("ROLLBACK");
  }
}

/** @throws {OperatingError} `STORE_UNUSABLE` where another process has brought the file to a newer schema meanwhile */
export function checkSchema(database: DatabaseSync, path: string): void {
  if (Number(firstValue(database, "PRAGMA user_version")) !== MIGRATIONS.length) throw tooNew(path);
}

export function firstValue(database: DatabaseSync, pragma: string): unknown {
  const row = database.prepare(pragma).get();
  return row && Object.values(row)[0];
}

function versionOf(database: DatabaseSync, path: string): number {
  const version = Number(firstValue(database, "PRAGMA user_version"));
  const isOurs = firstValue(database, "PRAGMA application_id") === APPLICATION_ID;
  const isEmpty = version === 0 && firstValue(database, "SELECT count(*) FROM sqlite_schema") === 0;
  if (version > MIGRATIONS.length && isOurs) throw tooNew(path);
  if (isOurs || isEmpty) return version;
  throw new OperatingError("STORE_UNUSABLE", "is a database of another program", {
    path,
    hint: "name a file that isn't there yet",
  });
}

function tooNew(path: string): OperatingError {
  return new OperatingError("STORE_UNUSABLE", "was written by a newer version of Scrim", {
    path,
    hint: "run that version, or restore a backup from before the upgrade",
  });
}
