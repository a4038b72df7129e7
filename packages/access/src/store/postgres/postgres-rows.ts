import type { ClientBase } from "pg";
import type { Kind } from "../kinds.ts";
import type { KeptRow, Row } from "../row.ts";
import type { Query, RowWriter } from "../run-work.ts";
import { postgresFailure } from "./postgres-failure.ts";

const GET = "SELECT id, tenant, document FROM scrim_access.documents WHERE kind = $1 AND id = $2";
const PUT = `INSERT INTO scrim_access.documents (kind, id, tenant, state, people, due_at, created_at, document)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (kind, id) DO UPDATE SET tenant = excluded.tenant, state = excluded.state, people = excluded.people,
    due_at = excluded.due_at, created_at = excluded.created_at, document = excluded.document`;
const REMOVE = "DELETE FROM scrim_access.documents WHERE kind = $1 AND id = $2";

/** What a query may ask: as SQL before and behind its parameter. */
const CONDITIONS: readonly (readonly [before: string, behind: string, value: (query: Query) => unknown])[] = [
  ["tenant = ", "", ({ tenant }) => tenant],
  ["state = ANY (", "::text[])", ({ states }) => states],
  ["people @> ARRAY[", "::text]", ({ person }) => person],
  ["due_at <= ", "", ({ dueBy }) => dueBy],
  ["created_at >= ", "", ({ createdFrom }) => createdFrom],
  ["id > ", "", ({ after }) => after],
];

/** The rows of a database, through one connection. Text compares by its bytes, which is the order of code points. */
export class PostgresRows implements RowWriter {
  readonly #client: ClientBase;

  constructor(client: ClientBase) {
    this.#client = client;
  }

  async get(kind: Kind, id: string): Promise<KeptRow | undefined> {
    const [row] = await this.#query("can't be read", GET, [kind, id]);
    return row;
  }

  async find(kind: Kind, query: Query): Promise<readonly KeptRow[]> {
    const values: unknown[] = [kind];
    let where = "kind = $1";
    for (const [before, behind, value] of CONDITIONS) {
      if (value(query) === undefined) continue;
      values.push(value(query));
      where += ` AND ${before}$${values.length}${behind}`;
    }
    values.push(query.limit);
    const sql = `SELECT id, tenant, document FROM scrim_access.documents WHERE ${where} ORDER BY id LIMIT $${values.length}`;
    return await this.#query("can't be read", sql, values);
  }

  async put({ kind, id, tenant, state, people = [], dueAt, createdAt, document }: Row): Promise<void> {
    await this.#query("can't be written", PUT, [kind, id, tenant, state, people, dueAt, createdAt, document]);
  }

  async remove(kind: Kind, id: string): Promise<void> {
    await this.#query("can't be written", REMOVE, [kind, id]);
  }

  async #query(what: string, sql: string, values: readonly unknown[]): Promise<readonly KeptRow[]> {
    try {
      return (await this.#client.query<KeptRow>(sql, [...values])).rows;
    } catch (cause) {
      throw postgresFailure(what, cause);
    }
  }
}
