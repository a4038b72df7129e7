import type { Scanner } from "@scrim/detect";
import { redactedKey } from "./counts.ts";
import type { KeyEntry } from "./key-entry.ts";

/** Nothing is ever found or changed in a text under the key. */
const KEPT = 0;
/** A text under the key is looked at. */
export const SCANNED = 1;
/** A text under the key is given to the engine, whatever it says. */
export const ACTED_ON = 2;
/** Every text under the key becomes the same. */
export const REPLACED = 3;
/** A text under the key is removed. */
export const REMOVED = 4;

type TextTreatment = typeof KEPT | typeof SCANNED | typeof ACTED_ON | typeof REPLACED | typeof REMOVED;

/** Texts remembered for one key at once. */
const CLEAN_MAX = 32;
/** How often a key's texts are forgotten before it counts as one whose texts are ever new. */
const FORGOTTEN_MAX = 4;

/** What is known of one key of an application's object: found by the string, where {@link KeyEntry} is found by bytes. */
export class KeyNode {
  readonly entry: KeyEntry;
  /** It stands somewhere in a log body, where other rules hold. */
  readonly isInBody: boolean;
  readonly text: TextTreatment;
  /** Whatever is no container stays, unseen. */
  readonly keeps: boolean;
  /** Whatever stands under the key stays, unseen, with all keys below. */
  readonly keepsAll: boolean;
  /** What texts become where they all become the same. */
  readonly replacement: string | undefined;
  /** What a value that the action takes counts as. */
  readonly countsAs: string;
  /** What stands under the key is removed, whatever it is. */
  readonly removesAll: boolean;
  /** A list of texts under the key is a command's arguments, of which one may decide the next. */
  readonly isCommand: boolean;
  /** Only the engine can tell what becomes of the key. */
  readonly isForEngine: boolean;
  /** Every text and number under the key is scanned. */
  readonly wakes: boolean;
  readonly children = new Map<string, KeyNode>();
  /** Texts that stayed as they were; a text counts as known only if it is the same in full. */
  readonly #clean = new Set<string>();
  #forgotten = 0;
  #known = 0;

  constructor(
    entry: KeyEntry,
    isInBody: boolean,
    replacement: string | undefined,
    keepsAllBelow: boolean,
    scanner: Scanner,
  ) {
    const { action, class: sensitivityClass } = entry.decision;
    this.entry = entry;
    this.isInBody = isInBody;
    this.replacement = replacement;
    this.countsAs = redactedKey(sensitivityClass, action.kind);
    this.removesAll = action.kind === "drop" && entry.actsOnMaps;
    this.isForEngine = entry.keyReplacement !== undefined;
    this.isCommand = entry.decision.text === "command";
    this.wakes = action.kind !== "keep" && !entry.acts && entry.wakes(scanner);
    if (action.kind === "drop") this.text = REMOVED;
    else if (replacement !== undefined) this.text = REPLACED;
    else if (entry.acts) this.text = ACTED_ON;
    else this.text = action.kind === "keep" ? KEPT : SCANNED;
    this.keeps = this.text === KEPT;
    this.keepsAll = this.keeps && keepsAllBelow;
  }

  /** Whether the text is known to stay. */
  isClean(text: string): boolean {
    if (!this.#clean.has(text)) return false;
    this.#known++;
    return true;
  }

  /** Whether it is worth remembering another text. Keys whose texts are ever new only cost. */
  get remembers(): boolean {
    return this.#forgotten < FORGOTTEN_MAX;
  }

  /** Remembers a text that stays. A string cut out of another one would keep all of that in memory: copy it first. */
  remember(text: string): void {
    if (this.#clean.size === CLEAN_MAX) {
      this.#clean.clear();
      this.#forgotten = this.#known > CLEAN_MAX ? 0 : this.#forgotten + 1;
      this.#known = 0;
    }
    this.#clean.add(text);
  }
}
