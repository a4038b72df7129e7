import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { Kind } from "../kinds.ts";
import type { KeptRow, Row } from "../row.ts";
import type { Query, RowWriter } from "../run-work.ts";
import { sqliteFailure } from "./sqlite-failure.ts";

const GET = "SELECT id, tenant, document FROM documents WHERE kind = ? AND id = ?";
const PUT = `INSERT INTO documents (kind, id, tenant, state, due_at, created_at, document) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (kind, id) DO UPDATE SET tenant = excluded.tenant, state = excluded.state, due_at = excluded.due_at,
    created_at = excluded.created_at, document = excluded.document`;
const FORGET_PEOPLE = "DELETE FROM people WHERE kind = ? AND id = ?";
const PUT_PERSON = "INSERT INTO people (kind, person, id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
const REMOVE = "DELETE FROM documents WHERE kind = ? AND id = ?";

/** What a query may ask, as SQL, with what stands for its parameter. */
const CONDITIONS: readonly (readonly [sql: string, value: (query: Query) => SQLInputValue | undefined])[] = [
  ["tenant = ?", ({ tenant }) => tenant],
  ["state IN (SELECT value FROM json_each(?))", ({ states }) => states && JSON.stringify(states)],
  ["id IN (SELECT id FROM people WHERE kind = documents.kind AND person = ?)", ({ person }) => person],
  ["due_at <= ?", ({ dueBy }) => dueBy],
  ["created_at >= ?", ({ createdFrom }) => createdFrom],
  ["id > ?", ({ after }) => after],
];

/** The rows of a file, through one connection. Text compares by its UTF-8 bytes, which is the order of code points. */
export class SqliteRows implements RowWriter {
  readonly #database: DatabaseSync;
  readonly #path: string;
  /** By their SQL: as many as there are combinations of conditions, at most. */
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, path: string) {
    this.#database = database;
    this.#path = path;
  }

  async get(kind: Kind, id: string): Promise<KeptRow | undefined> {
    return this.#tell("can't be read", () => this.#statement(GET).get(kind, id) as KeptRow | undefined);
  }

  async find(kind: Kind, query: Query): Promise<readonly KeptRow[]> {
    const asked = CONDITIONS.map(([sql, value]) => ({ sql, value: value(query) })).filter(
      (condition) => condition.value !== undefined,
    );
    const where = ["kind = ?", ...asked.map(({ sql }) => sql)].join(" AND ");
    const sql = `SELECT id, tenant, document FROM documents WHERE ${where} ORDER BY id LIMIT ?`;
    const values = asked.map(({ value }) => value!);
    return this.#tell(
      "can't be read",
      () => this.#statement(sql).all(kind, ...values, query.limit) as unknown as KeptRow[],
    );
  }

  async put(row: Row): Promise<void> {
    const { kind, id, tenant = null, state = null, dueAt = null, createdAt = null, people = [] } = row;
    this.#tell("can't be written", () => {
      this.#statement(PUT).run(kind, id, tenant, state, dueAt, createdAt, row.document);
      this.#statement(FORGET_PEOPLE).run(kind, id);
      for (const person of people) this.#statement(PUT_PERSON).run(kind, person, id);
    });
  }

  async remove(kind: Kind, id: string): Promise<void> {
    this.#tell("can't be written", () => this.#statement(REMOVE).run(kind, id));
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #tell<T>(what: string, action: () => T): T {
    try {
      return action();
    } catch (cause) {
      throw sqliteFailure(what, this.#path, cause);
    }
  }
}
