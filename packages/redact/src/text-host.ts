import type { EditList } from "@scrim/wire";
import type { CountsCollector } from "./counts.ts";
import type { DecisionCache } from "./decision-cache.ts";
import type { KeyEntry } from "./key-entry.ts";
import type { WithheldReason } from "./labels.ts";

/** Where the findings in a number or an id lead: what is to be done is not a matter of the text alone. */
export interface FindingTarget {
  replaceText(label: Buffer): void;
}

/** What the readers of structured texts, JSON and URLs, hand the parts to that they find. */
export interface TextHost {
  readonly source: Buffer;
  readonly edits: EditList;
  readonly counts: CountsCollector;
  /** How many texts around this one were decoded, and may be no more. */
  readonly isDeepest: boolean;
  /** The decisions that apply at the moment. */
  keys(): DecisionCache;
  /** A part of a text, of one of the kinds in `text-kind.ts`, that lies there as it reads: collected for the scan. */
  part(start: number, end: number, entry: KeyEntry, kind: number): void;
  /** The same, where nothing in it is to be taken apart. */
  plainPart(start: number, end: number, entry: KeyEntry, kind: number): void;
  /** A part whose key decided what it becomes. */
  act(start: number, end: number, entry: KeyEntry, kind: number): void;
  /** A number, as digits, in which a finding is told to `target`. */
  number(digits: string, entry: KeyEntry, target: FindingTarget): void;
  /** What is found in a text replaced, as it is written in a text of this kind; `text` itself where it stays. */
  rewrite(text: Buffer, entry: KeyEntry, kind: number): Buffer;
  /** What `value` becomes under the action that its key decided. */
  replacement(value: Buffer, entry: KeyEntry): Buffer;
  /** What a text becomes that had to be decoded; `text` itself where it stays. */
  inner(text: Buffer, entry: KeyEntry): Buffer;
  withhold(start: number, end: number, reason: WithheldReason): void;
}
