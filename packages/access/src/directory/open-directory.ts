import { followFile } from "@scrim/authentication";
import { OperatingError } from "@scrim/errors";
import { parseSection, readYaml } from "@scrim/pipeline";
import { checkDirectory } from "./check-directory.ts";
import { compileDirectory, type Directory } from "./directory.ts";
import { DirectoryDocumentSchema } from "./directory-document.ts";

const FILE_BYTES_MAX = 1024 * 1024;

export interface DirectoryOptions {
  readonly path: string;
  /** Hears why a file that was changed is not taken: the one before it stays in force. */
  readonly told: (problem: unknown) => void;
  /** How long a change may go unseen. */
  readonly intervalMs?: number;
}

/**
 * Reads who may call from a YAML file, and follows it. What it can't read to begin with is refused; a change that it can't read is told of, and
 * the last good file stays in force.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, also where others than its owner may write it; `CONFIG_INVALID`
 */
export function openDirectory({ path, told, intervalMs }: DirectoryOptions): Directory {
  const file = followFile({
    path,
    parse: (text) => inFile(path, () => parseDirectory(text)),
    isPrivate: false,
    bytesMax: FILE_BYTES_MAX,
    told,
    ...(intervalMs !== undefined && { intervalMs }),
  });
  return {
    principalOf: (identity, actingFor, nowS) => file.current.principalOf(identity, actingFor, nowS),
    delegateOf: (actor, subject) => file.current.delegateOf(actor, subject),
    ownersOf: (service, environment, tenant) => file.current.ownersOf(service, environment, tenant),
    peopleOf: (team) => file.current.peopleOf(team),
  };
}

/**
 * Who may call, from the text of a directory.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE` with line and column, `CONFIG_INVALID` with the path of the key
 * @example
 * ```ts
 * import { parseDirectory } from "@scrim/access";
 *
 * const directory = parseDirectory(`
 * people:
 *   - { id: alice, identities: ["token:alice"], roles: [engineer], teams: [payments] }
 * teams:
 *   - { id: payments, owns: [{ service: "pay*" }] }
 * `);
 * console.log(directory.principalOf("token:alice", undefined, 0)?.roles); // [ 'engineer' ]
 * console.log(directory.ownersOf("payouts", "production", "default")); // [ 'payments' ]
 * ```
 */
export function parseDirectory(text: string): Directory {
  const document = parseSection(DirectoryDocumentSchema, readYaml(text) ?? {}, "");
  checkDirectory(document);
  return compileDirectory(document);
}

/** Says which file it was: the path of an error is that of a key in it. */
function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    const { code, message, path, hint, cause } = error;
    throw new OperatingError(code, message, {
      path: path === undefined ? file : `${file}: ${path}`,
      ...(hint !== undefined && { hint }),
      cause,
    });
  }
}
