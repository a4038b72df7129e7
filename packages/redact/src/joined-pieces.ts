import { isUtf8 } from "node:buffer";
import type { Plan } from "@scrim/policy";
import type { KeyEntry } from "./key-entry.ts";
import { redactedLabel, URL_LABEL } from "./labels.ts";
import type { TextHost } from "./text-host.ts";

/** What is needed of the engine around. */
type Host = Pick<TextHost, "source" | "edits" | "counts" | "noteCut"> & { readonly nesting: number };

/** A string of a list, in the source. */
interface Piece {
  readonly start: number;
  readonly end: number;
}

/** Looks at the strings of a short list as one text: a secret may be split over them. */
export class JoinedPieces {
  readonly #plan: Plan;
  readonly #host: Host;

  constructor(plan: Plan, host: Host) {
    this.#plan = plan;
    this.#host = host;
  }

  /**
   * Takes out the strings of a list in which only together something is found. What is found in one alone, and what was taken
   * out, parts those around it: the next redactor reads labels there.
   */
  replace(offsets: readonly number[], entry: KeyEntry): void {
    const pieces: (Piece | undefined)[] = [];
    for (let i = 0; i < offsets.length; i += 2) {
      const piece = { start: offsets[i]!, end: offsets[i + 1]! };
      pieces.push(this.#isApart(piece, entry) ? undefined : piece);
    }
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false;
      for (let from = 0; from < pieces.length; from++) {
        let to = from;
        while (to < pieces.length && pieces[to] !== undefined) to++;
        if (to > from + 1 && this.#replaceRun(pieces, from, to, entry)) hasChanged = true;
        from = to;
      }
    }
  }

  /** Whether a string by itself is found to be something, holds a label, or gets one for not being UTF-8. */
  #isApart({ start, end }: Piece, entry: KeyEntry): boolean {
    const text = this.#host.source.subarray(start, end);
    if (!isUtf8(text)) return true;
    const { findings } = this.#plan.scanner.scan(text, entry.path);
    if (findings.length > 0 && !findings.every(({ detector }) => this.#isLabelled(detector.id)))
      this.#host.noteCut();
    return (
      findings.length > 0 ||
      text.equals(URL_LABEL) ||
      text.includes("[REDACTED:") ||
      text.includes("[WITHHELD:")
    );
  }

  #isLabelled(detector: string): boolean {
    const action = this.#plan.findings.get(detector);
    return action?.kind === "drop" || (action?.kind === "mask" && action.style.style === "all");
  }

  /** What is found in the strings `from` to `to` as one text; false where that is nothing made of whole strings. */
  #replaceRun(pieces: (Piece | undefined)[], from: number, to: number, entry: KeyEntry): boolean {
    const run = pieces.slice(from, to) as Piece[];
    const text = Buffer.concat(run.map(({ start, end }) => this.#host.source.subarray(start, end)));
    let hasChanged = false;
    for (const finding of this.#plan.scanner.scan(text, entry.path).findings) {
      const { detector } = finding;
      const action = this.#plan.findings.get(detector.id);
      if (action === undefined || action.kind === "keep" || detector.confidence === "possible") continue;
      if (entry.decision.action.kind === "check" && detector.confidence !== "certain") continue;
      const [first, last] = piecesOf(run, finding.start, finding.end);
      if (first < last) this.#host.counts.tracer?.found(this.#host.nesting, entry, finding, action);
      for (let index = first; index < last; index++) {
        const piece = run[index]!;
        pieces[from + index] = undefined;
        hasChanged = true;
        if (piece.start === piece.end) continue;
        this.#host.edits.replace(piece.start, piece.end, redactedLabel(detector.type));
        this.#host.counts.addRedacted(detector.class, "mask");
      }
    }
    return hasChanged;
  }
}

/** The strings that `[start, end)` of all of them together is made of; none where it begins or ends inside one, or is one. */
function piecesOf(run: readonly Piece[], start: number, end: number): readonly [first: number, last: number] {
  let first = -1;
  let at = 0;
  for (const [index, piece] of run.entries()) {
    if (at === start) first = index;
    at += piece.end - piece.start;
    if (at >= end) return first >= 0 && at === end && index > first ? [first, index + 1] : [0, 0];
  }
  return [0, 0];
}
