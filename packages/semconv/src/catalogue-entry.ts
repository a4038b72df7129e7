import type { SensitivityClass } from "@scrim/detect";

/**
 * The structure inside a value, which redaction keeps valid:
 *
 * - `plain`: none that its name promises;
 * - `url`: a URL, or the path and query of one: user info, and each query parameter by its own name;
 * - `url_query`: the query alone, `a=b&c=d`;
 * - `sql`: a statement whose literals are data;
 * - `headers`: a dump of headers, each of which goes by its own name ({@link resolveHeader}), or a whole request;
 * - `cookie`: `a=b; c=d`, each of which goes by its name;
 * - `set_cookie`: one of these and what is said about it, `a=b; Path=/; Secure`;
 * - `command`: a command line, or a list of arguments: `--password x`;
 * - `body`: what a message carries: JSON, a form, XML, or text.
 */
export type TextKind =
  | "plain"
  | "url"
  | "url_query"
  | "sql"
  | "headers"
  | "cookie"
  | "set_cookie"
  | "command"
  | "body";

/** What we know about one attribute, header or key. */
export interface CatalogueEntry {
  /** Of a template, the part before the key: `http.request.header`. */
  readonly name: string;
  /** Stands for every `<name>.<key>`. */
  readonly template: boolean;
  readonly class: SensitivityClass;
  readonly kind: TextKind;
  /** Why this class: one phrase. */
  readonly reason: string;
  /** What the conventions themselves demand, where they do. */
  readonly spec?: string;
  /** The page of the conventions that says so. */
  readonly page?: string;
  /** What the conventions say to those who still use it. */
  readonly deprecated?: string;
}
