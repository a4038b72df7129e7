import type { Scanner } from "@scrim/detect";
import { changesValue, type Decision, isForWhole, type Origin } from "@scrim/policy";

/** What is known about one attribute path: decided once, found again by its bytes. */
export class KeyEntry {
  /** The path as text: context for detectors, never part of an error or a metric. */
  readonly path: string;
  readonly decision: Decision;
  /** The action changes values by itself, rather than letting detectors decide. */
  readonly acts: boolean;
  /** The action takes a map whole, rather than leaving the keys inside to decide. */
  readonly actsOnMaps: boolean;
  /** What the key itself becomes where it holds data: `{ "jane@example.com": 3 }`. */
  readonly keyReplacement: Buffer | undefined;
  #wakes: boolean | undefined;
  #inBody: KeyEntry | undefined;
  #ofPart: KeyEntry | undefined;
  #forNames: KeyEntry | undefined;

  constructor(path: string, decision: Decision, keyReplacement?: Buffer) {
    this.path = path;
    this.decision = decision;
    this.acts = changesValue(decision.action);
    this.actsOnMaps = this.acts && isForWhole(decision);
    this.keyReplacement = keyReplacement;
  }

  /** Whether all texts under the key are to be scanned: it says what their numbers may be. One plan's scanner asks. */
  wakes(scanner: Scanner): boolean {
    this.#wakes ??= scanner.wakesFor(this.path);
    return this.#wakes;
  }

  /**
   * The same key inside a log body, where keys that nothing names get what the body gets. One that only looks
   * like a key of the catalogue has that one's class: what `unknown` says of it stands, since it is no less.
   */
  inBody(body: Decision): KeyEntry {
    const { origin, class: sensitivityClass } = this.decision;
    this.#inBody ??=
      isUnknown(origin) && sensitivityClass === body.class
        ? new KeyEntry(this.path, body, this.keyReplacement)
        : this;
    return this.#inBody;
  }

  /** What a part of the value gets that has no key of its own: the structure is the whole's. */
  get ofPart(): KeyEntry {
    this.#ofPart ??=
      this.decision.text === "plain" ? this : new KeyEntry(this.path, { ...this.decision, text: "plain" });
    return this.#ofPart;
  }

  /** What names in the value get, of tables or columns: a word beside one is not its value. */
  get forNames(): KeyEntry {
    this.#forNames ??=
      this.decision.action.kind === "check"
        ? this.ofPart
        : new KeyEntry(this.path, { ...this.decision, action: { kind: "check" }, text: "plain" });
    return this.#forNames;
  }
}

/** Nothing in any layer names the key. */
export function isUnknown(origin: Origin): boolean {
  return origin.kind === "unknown" || (origin.kind === "joined" && origin.of.every(isUnknown));
}
