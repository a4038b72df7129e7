import type { Decision } from "@scrim/policy";
import type { EditList } from "@scrim/wire";
import type { CountsCollector } from "./counts.ts";
import type { DecisionCache } from "./decision-cache.ts";
import type { KeyEntry } from "./key-entry.ts";
import type { WithheldReason } from "./labels.ts";
import type { StringList } from "./short-lists.ts";
import type { TextKind } from "./text-kind.ts";
import type { StructuralPart } from "./trace.ts";

/**
 * What the readers of structured texts hand the parts to that they find. Offsets are into
 * {@link source}; no two parts share a byte.
 */
export interface TextHost {
  readonly source: Buffer;
  readonly edits: EditList;
  readonly counts: CountsCollector;
  /** The decisions that apply at the moment. */
  readonly keys: DecisionCache;
  /** The entry of `found` for a text that was reached under `base`: inside a body other rules hold. */
  under(base: KeyEntry, found: KeyEntry): KeyEntry;
  /** A part that lies there as it reads. */
  plain(start: number, end: number, kind: TextKind, entry: KeyEntry, extra?: number): void;
  /** A part that is a value of its own, as if it stood under the key of `entry`. */
  part(start: number, end: number, entry: KeyEntry): void;
  /** A part that says `text` once it is decoded, and is written back encoded if that changes. */
  decoded(text: Buffer, start: number, end: number, kind: TextKind, entry: KeyEntry, extra?: number): void;
  /** A number of JSON, by its digits. */
  digits(digits: string, start: number, end: number, entry: KeyEntry): void;
  /** The strings of a list, which may be pieces of one text; offsets are start and end of each in turn. */
  pieces(list: StringList, entry: KeyEntry): void;
  /** A part that an action takes by its key. */
  act(start: number, end: number, kind: TextKind, entry: KeyEntry): void;
  /** For a trace: in the text of `base`, a value stands under `key` and gets `decision`. */
  decided(base: KeyEntry, key: string, decision: Decision): void;
  /** For a trace: in the text of `base`, something is replaced for what it is. */
  replaced(base: KeyEntry, part: StructuralPart): void;
  withhold(start: number, end: number, reason: WithheldReason): void;
  /** What is left reads differently, so the whole is looked at again. */
  noteCut(): void;
  /** What `value` becomes under the action of its key. */
  replacement(value: Buffer, entry: KeyEntry): Buffer;
  /** Whether `value` is a pseudonym that a holder of the key wrote, though it reads like a pair: `email:v3:…`. */
  isPseudonym(value: Buffer): boolean;
}
