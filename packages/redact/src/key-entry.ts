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
  #inBody: KeyEntry | undefined;

  constructor(path: string, decision: Decision, keyReplacement?: Buffer) {
    this.path = path;
    this.decision = decision;
    this.acts = changesValue(decision.action);
    this.actsOnMaps = this.acts && isForWhole(decision);
    this.keyReplacement = keyReplacement;
  }

  /** The same key inside a log body, where keys that nothing names get what the body gets. */
  inBody(body: Decision): KeyEntry {
    this.#inBody ??= isUnknown(this.decision.origin)
      ? new KeyEntry(this.path, body, this.keyReplacement)
      : this;
    return this.#inBody;
  }
}

/** Nothing in any layer names the key. */
function isUnknown(origin: Origin): boolean {
  return origin.kind === "unknown" || (origin.kind === "joined" && origin.of.every(isUnknown));
}
