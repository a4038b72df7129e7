import type { Plan } from "@scrim/policy";
import { NAME_BYTES_MAX } from "./bytes-map.ts";
import type { DecisionCache } from "./decision-cache.ts";
import type { KeyEntry } from "./key-entry.ts";
import { KeyNode } from "./key-node.ts";
import { KeyPath } from "./key-path.ts";
import { withheldReason } from "./labels.ts";

/** Keys known at once. Emitters of ever new ones start over. */
const NODES_MAX = 4096;

/** Paths that read as they are written, also at the beginning of longer ones. */
const PLAIN_PATH = /^[\w.-]{1,64}$/;

/** A text that is no label and no token. */
const ANY_TEXT = Buffer.from("-");

/** What a tree of keys takes its decisions from. */
export interface KeyTreeSource {
  /** The decisions by bytes, as for a request. */
  readonly keys: DecisionCache;
  /** What a log body gets. */
  readonly body: KeyEntry;
  /** What a text under no key gets. */
  readonly text: KeyEntry;
  /** What a value becomes under the action of its key. */
  replacement(value: Buffer, entry: KeyEntry): Buffer;
}

/** The keys of an application's objects, found by the string, each decided once by its bytes. For a plan without conditions. */
export class KeyTree {
  /** What a log body gets. */
  readonly body: KeyNode;
  /** What a text under no key gets. */
  readonly text: KeyNode;
  readonly #plan: Plan;
  readonly #source: KeyTreeSource;
  readonly #path = new KeyPath();
  #attributes = new Map<string, KeyNode>();
  #nodes = 0;

  constructor(plan: Plan, source: KeyTreeSource) {
    this.#plan = plan;
    this.#source = source;
    this.body = this.#nodeOf(source.body, true);
    this.text = this.#nodeOf(source.text, false);
  }

  /** What is known of an attribute's key. */
  attribute(key: string): KeyNode {
    return this.#attributes.get(key) ?? this.#add(this.#attributes, key, undefined);
  }

  /** What is known of a key in a map that stands under `parent`. */
  under(parent: KeyNode, key: string): KeyNode {
    return parent.children.get(key) ?? this.#add(parent.children, key, parent);
  }

  #add(siblings: Map<string, KeyNode>, key: string, parent: KeyNode | undefined): KeyNode {
    const found = this.#entryOf(key, parent?.entry);
    const isInBody = parent?.isInBody === true;
    const node = this.#nodeOf(isInBody ? found.inBody(this.#plan.body) : found, isInBody);
    if (key.length > NAME_BYTES_MAX || found.path.length > NAME_BYTES_MAX) return node; // as the decisions by bytes
    if (this.#nodes++ < NODES_MAX) {
      siblings.set(key, node);
    } else {
      this.#nodes = 0;
      this.#attributes = new Map();
      this.body.children.clear();
    }
    return node;
  }

  /** As the walk over a message decides it. */
  #entryOf(key: string, parent: KeyEntry | undefined): KeyEntry {
    const { keys } = this.#source;
    const name = Buffer.from(key);
    if (parent === undefined) return keys.lookup(name, 0, name.length, 0);
    const path = this.#path;
    const prefix = path.enterPath(1, parent.path);
    const end = path.append(prefix, name, 0, name.length);
    return keys.lookup(path.bytes, path.startOf(prefix), end, prefix);
  }

  #nodeOf(entry: KeyEntry, isInBody: boolean): KeyNode {
    const { scanner } = this.#plan;
    return new KeyNode(
      entry,
      isInBody,
      this.#constantOf(entry),
      this.#keepsAllBelow(entry, isInBody),
      scanner,
    );
  }

  /** Detectors look at every key; a path that isn't plain, or is shortened once something stands below, may be read as another. */
  #keepsAllBelow({ path, keyReplacement }: KeyEntry, isInBody: boolean): boolean {
    if (isInBody || keyReplacement !== undefined || this.#plan.scanner.detectors.length > 0) return false;
    return PLAIN_PATH.test(path) && this.#plan.keepsAllBelow(path);
  }

  /** What every text under the key becomes. With pseudonyms a token that verifies stays as it is, so nothing is constant. */
  #constantOf(entry: KeyEntry): string | undefined {
    const { action } = entry.decision;
    const isConstant = (action.kind === "mask" && action.style.style === "all") || action.kind === "replace";
    if (!isConstant || this.#plan.pseudonymKey !== undefined) return undefined;
    const replacement = this.#source.replacement(ANY_TEXT, entry);
    return withheldReason(replacement) === undefined ? replacement.toString() : undefined; // which counts otherwise
  }
}
