import { type FollowedFile, followFile } from "@scrim/authentication";
import { type Key, type KeySet, type KeyUse, MemorySource, openKeySet, TrustedKeys } from "@scrim/grants";
import type { IssuedDocument } from "./document-issuer.ts";

/** A set holds 64 keys of some 200 bytes. */
const FILE_BYTES_MAX = 65_536;

/** A set of keys that a root has signed, and its bytes, which are handed out as they are. */
export interface ServedKeySet {
  readonly set: KeySet;
  readonly document: IssuedDocument;
}

export interface KeySetFile {
  readonly path: string;
  /** Public halves of root keys. */
  readonly roots: readonly Key[];
  /** Hears of each set that is no good. The last good one is served on. */
  readonly told: (problem: unknown) => void;
}

/**
 * Follows the file of a set. What clients would refuse is not served: another root's, an older one, one that has ended.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `BUNDLE_REFUSED` where it is no good to begin with
 */
export function followKeySet({ path, roots, told }: KeySetFile): FollowedFile<ServedKeySet> {
  const client = new TrustedKeys({ roots, source: new MemorySource() });
  return followFile({
    path,
    isPrivate: false,
    bytesMax: FILE_BYTES_MAX,
    told,
    parse(text) {
      const bytes = Buffer.from(text);
      client.accept(bytes);
      const set = openKeySet(bytes, roots);
      return { set, document: { version: String(set.version), bytes } };
    },
  });
}

/** Whether a key may sign documents of all these kinds. */
export function hasKey({ set }: ServedKeySet, id: string, uses: readonly KeyUse[]): boolean {
  const found = set.keys.find(({ key }) => key.id === id);
  return found !== undefined && uses.every((use) => found.uses.includes(use));
}
