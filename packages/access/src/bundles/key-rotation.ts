import type { FollowedFile } from "@scrim/authentication";
import { OperatingError } from "@scrim/errors";
import { KEY_SET_REFRESH_MS, type Key, type KeyUse } from "@scrim/grants";
import type { ActEvent } from "../acts/act-in-progress.ts";
import type { IssuedDocument } from "./document-issuer.ts";
import { hasKey, type ServedKeySet } from "./served-key-set.ts";

const LOOK_MS = 1_000;

/** Clients ask for the set every minute. One whose answer was lost has asked again by then. */
const SETTLED_MS = 2 * KEY_SET_REFRESH_MS;

/** How long before its end a set is told of. */
const WARNED_S = 14 * 86_400;

export interface KeyRotationOptions {
  /** The key that is to sign. */
  readonly key: FollowedFile<Key>;
  /** Where it is, for messages. */
  readonly keyFile: string;
  readonly set: FollowedFile<ServedKeySet>;
  /** What the key signs here. */
  readonly uses: readonly KeyUse[];
  /** Writes entries into the audit log. Where it can't nothing changes. */
  readonly log: (events: readonly ActEvent[]) => Promise<void>;
  /** Hears once of each thing that somebody should look at. */
  readonly told: (problem: unknown) => void;
  /** For tests, in milliseconds. */
  readonly settledMs?: number;
}

/**
 * Which key signs, and which set of keys is handed out. A key that is put in the place of another signs once all clients know it: when the set that is handed out
 * has had it for two minutes. Until then the one before goes on, unless the set doesn't have that one any more.
 */
export class KeyRotation {
  readonly #options: KeyRotationOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #listeners = new Set<() => void>();
  #current: Key;
  #served: ServedKeySet;
  /** Since when the set that is handed out has had a key, in monotonic milliseconds, by its id. */
  #since: ReadonlyMap<string, number>;
  #isLooking = false;
  #toldOf = "";

  /** @throws {OperatingError} `KEY_INVALID` where the set doesn't have the key: services would refuse all that it signs */
  constructor(options: KeyRotationOptions) {
    const { key, set, uses, keyFile } = options;
    this.#options = options;
    this.#current = key.current;
    this.#served = set.current;
    this.#since = knownSince(this.#served, uses, new Map());
    if (!this.#since.has(this.#current.id)) throw notInSet(keyFile, "services would refuse what it signs");
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
  }

  /** The key that signs. */
  get current(): Key {
    return this.#current;
  }

  /** The set that is handed out. */
  get document(): IssuedDocument {
    return this.#served.document;
  }

  /** Calls back when another key signs, or another set is handed out. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Takes what is in the files now. Never throws. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const served = this.#options.set.current;
      const current = this.#next(this.#options.key.current, served);
      await this.#change(current, served);
      this.#tell(this.#problem());
    } catch (problem) {
      this.#tell(problem);
    } finally {
      this.#isLooking = false;
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #next(key: Key, served: ServedKeySet): Key {
    const { uses, settledMs = SETTLED_MS } = this.#options;
    if (key.id === this.#current.id || !hasKey(served, key.id, uses)) return this.#current;
    const since = this.#since.get(key.id);
    const isSettled = since !== undefined && performance.now() - since >= settledMs;
    return isSettled || !hasKey(served, this.#current.id, uses) ? key : this.#current;
  }

  /** Both at once, behind their entries: no client gets a set without the key that signs where there is one with it. */
  async #change(current: Key, served: ServedKeySet): Promise<void> {
    const events: ActEvent[] = [];
    if (served !== this.#served) events.push(keysEvent("serve", { version: served.set.version }));
    if (current !== this.#current) events.push(keysEvent("sign", undefined, current.id));
    if (events.length === 0) return;
    await this.#options.log(events);
    this.#since = knownSince(served, this.#options.uses, this.#since);
    this.#current = current;
    this.#served = served;
    for (const listener of this.#listeners) listener();
  }

  #problem(): OperatingError | undefined {
    const { uses, key, keyFile } = this.#options;
    const { set } = this.#served;
    const leftS = set.expiresAt - Date.now() / 1000;
    if (leftS <= 0) return endsSoon(set.version, "has ended: services take no bundles");
    if (!hasKey(this.#served, this.#current.id, uses))
      return notInSet(keyFile, "it signs on, and services refuse that");
    if (!hasKey(this.#served, key.current.id, uses)) return notInSet(keyFile, "the key before it signs on");
    if (leftS < WARNED_S) return endsSoon(set.version, `ends in ${Math.ceil(leftS / 86_400)} days`);
    return undefined;
  }

  #tell(problem: unknown): void {
    const text = problem === undefined ? "" : String(problem);
    if (text !== "" && text !== this.#toldOf) this.#options.told(problem);
    this.#toldOf = text;
  }
}

function knownSince(
  served: ServedKeySet,
  uses: readonly KeyUse[],
  before: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const ids = served.set.keys.map(({ key }) => key.id).filter((id) => hasKey(served, id, uses));
  return new Map(ids.map((id) => [id, before.get(id) ?? performance.now()]));
}

function keysEvent(
  action: "serve" | "sign",
  facts: { readonly version: number } | undefined,
  key?: string,
): ActEvent {
  return {
    kind: "administration",
    action: `keys.${action}`,
    ...(facts && { facts }),
    ...(key !== undefined && { ids: { key } }),
  };
}

function notInSet(path: string, consequence: string): OperatingError {
  return new OperatingError("KEY_INVALID", `the key is not in the set of keys: ${consequence}`, {
    path,
    hint: "sign a set that has it: scrim grant sign-keys --root root.key --signing …",
  });
}

function endsSoon(version: number, when: string): OperatingError {
  return new OperatingError("KEYS_END", `the set of keys, version ${version}, ${when}`, {
    hint: "sign a newer set, and put it in the place of keys.set_file: scrim grant sign-keys",
  });
}
