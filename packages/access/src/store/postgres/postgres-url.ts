import { readOwnedFile } from "@scrim/authentication";
import { OperatingError } from "@scrim/errors";

/** Where the address of a database stands, with its password: never in a configuration file or on a command line. */
export type PostgresUrlSource = { readonly file: string } | { readonly variable: string };

const BYTES_MAX = 16 * 1024;

/** Parameters that an address may have. Others would change what the store relies on. */
const PARAMETERS = new Set(["host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslnegotiation"]);
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/;
/** What `pg` would read otherwise than is checked here. */
const ODD = /[^!-~]|%(?![0-9a-f]{2})/i;
const EXAMPLE = "postgres://scrim:PASSWORD@db.example:5432/scrim?sslmode=verify-full";

/**
 * Reads the address of a database from a file of mode 0600, or from an environment variable.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE` where it can't be read, or others may read it; `CONFIG_INVALID` as {@link checkPostgresUrl}
 */
export function readPostgresUrl(source: PostgresUrlSource): string {
  if ("file" in source)
    return checkPostgresUrl(
      readOwnedFile({ path: source.file, isPrivate: true, bytesMax: BYTES_MAX }).trim(),
      source.file,
    );
  const url = process.env[source.variable];
  if (url !== undefined && url !== "") return checkPostgresUrl(url, source.variable);
  throw new OperatingError("CONFIG_UNREADABLE", "the environment variable is not set", {
    path: source.variable,
  });
}

/**
 * Checks the address of a database, and that it says how the way there is protected: TLS with the server's certificate verified, or none, which
 * another machine's has to say.
 *
 * @throws {OperatingError} `CONFIG_INVALID`, which quotes nothing of it
 */
export function checkPostgresUrl(url: string, path: string): string {
  const parsed = ODD.test(url) ? null : URL.parse(url);
  if (parsed === null || !/^postgres(?:ql)?:$/.test(parsed.protocol)) {
    throw invalid(path, "is no address of a PostgreSQL database", `write it like ${EXAMPLE}`);
  }
  const { hostname, searchParams } = parsed;
  for (const name of searchParams.keys()) {
    if (PARAMETERS.has(name) && searchParams.getAll(name).length === 1) continue;
    throw invalid(
      path,
      "has a parameter that is not known here, or one twice",
      `known: ${[...PARAMETERS].join(", ")}`,
    );
  }
  const host = searchParams.get("host") ?? decodeURIComponent(hostname);
  if (host === "")
    throw invalid(path, "names no host", `write it like ${EXAMPLE}, or with ?host=/run/postgresql`);
  const mode = searchParams.get("sslmode");
  if (mode === "verify-full" || mode === "disable") return url;
  if (mode !== null) {
    throw invalid(
      path,
      "its sslmode is neither verify-full nor disable",
      "others don't say who the server is",
    );
  }
  const isHere = host.startsWith("/") || LOOPBACK.test(host);
  if (!isHere)
    throw invalid(path, "does not say whether TLS protects the way there", "add ?sslmode=verify-full");
  return url;
}

function invalid(path: string, message: string, hint: string): OperatingError {
  return new OperatingError("CONFIG_INVALID", message, { path, hint });
}
