import RE2 from "re2";
import { hasContextWord } from "./context-words.ts";
import { CONTEXT_BYTES, type DetectorDefinition } from "./detector.ts";
import { type Finding, mergeOverlaps } from "./finding.ts";

export interface ScanResult {
  /** Sorted, not overlapping, in byte offsets. */
  readonly findings: readonly Finding[];
  /**
   * The text is scanned up to here. Less than its length when a budget ran out: the rest must be withheld.
   * Never inside a finding.
   */
  readonly scannedTo: number;
}

export interface Scanner {
  readonly detectors: readonly DetectorDefinition[];
  /**
   * End (exclusive) of the next atom at or after `from` in texts separated by NUL; -1 when there is none.
   * On a hit at `e`, every text that overlaps `[max(from, e - ATOM_BYTES_MAX), e)` needs a {@link scan};
   * resume at the end of the text that holds byte `e - 1`. Makes nothing. When the automaton fails, that
   * counts as a hit at `from + 1`, so that the text there gets scanned.
   */
  locate(buffer: Buffer, from: number): number;
  /**
   * All findings in one text. `key` is the attribute key it stood under, read as context. Never throws:
   * where a pattern fails, the whole text is a finding.
   */
  scan(text: Buffer, key?: string): ScanResult;
}

export interface ScannerOptions {
  /** Candidates examined for each detector in one text. Past that the rest of the text counts as unscanned. */
  readonly candidatesMax?: number;
}

const CANDIDATES_MAX = 1000;

/**
 * Bytes a detector may read twice in one text, after candidates that it refused: so many times the text, and
 * a floor for short ones. It keeps the work linear where refused candidates are long and nested.
 */
const REREAD_RATIO = 4;
const REREAD_FLOOR = 4096;

/** Memory of the set automaton; half of it is what one DFA gets. 8 MiB is RE2's own default. */
const SET_BYTES_MAX = 8 << 20;

interface CompiledDetector {
  readonly definition: DetectorDefinition;
  readonly pattern: RE2;
}

/**
 * Builds the shared automaton and the exact patterns, once. Each scanner belongs to one thread.
 *
 * @example
 * ```ts
 * import { compileScanner, detectorsOf } from "@scrim/detect";
 * const scanner = compileScanner(detectorsOf({ use: ["pii"] }));
 * const { findings } = scanner.scan(Buffer.from("mail to jane@example.com"));
 * console.log(findings[0]?.detector.id, findings[0]?.start); // email 8
 * ```
 */
export function compileScanner(
  detectors: readonly DetectorDefinition[],
  { candidatesMax = CANDIDATES_MAX }: ScannerOptions = {},
): Scanner {
  if (detectors.length === 0) return SCANNER_OF_NOTHING;
  const unions = detectors.map((detector) => unionOf(detector.atoms));
  const anyAtom = new RE2(unionOf(unions), "g");
  const atomSet = new RE2.Set(unions, { maxMem: SET_BYTES_MAX });
  const compiled = detectors.map((definition) => ({ definition, pattern: new RE2(definition.pattern, "g") }));

  return {
    detectors,
    locate(buffer, from) {
      if (from >= buffer.length) return -1;
      try {
        anyAtom.lastIndex = from;
        return anyAtom.test(buffer) ? anyAtom.lastIndex : -1;
      } catch {
        return from + 1;
      }
    },
    scan(text, key = "") {
      const fired = detectorsFired(atomSet, compiled, text);
      if (fired.length === 0) return { findings: [], scannedTo: text.length };
      const findings: Finding[] = [];
      let scannedTo = text.length;
      for (const detector of fired) {
        scannedTo = Math.min(scannedTo, collect(detector, text, key, candidatesMax, findings));
      }
      return upTo(scannedTo, mergeOverlaps(findings));
    },
  };
}

const SCANNER_OF_NOTHING: Scanner = {
  detectors: [],
  locate: () => -1,
  scan: (text) => ({ findings: [], scannedTo: text.length }),
};

/** One alternation without captures, which would slow every pass over the buffer. */
export function unionOf(expressions: readonly string[]): string {
  return expressions.map((expression) => `(?:${expression})`).join("|");
}

function detectorsFired(
  atomSet: InstanceType<typeof RE2.Set>,
  compiled: readonly CompiledDetector[],
  text: Buffer,
): readonly CompiledDetector[] {
  try {
    return atomSet
      .match(text)
      .sort((a, b) => a - b) // RE2 promises no order
      .map((index) => compiled[index]!);
  } catch {
    return compiled; // the automaton ran out of memory: let the exact patterns decide
  }
}

/** Adds what one detector finds. Returns how far it got. */
function collect(
  { definition, pattern }: CompiledDetector,
  text: Buffer,
  key: string,
  candidatesMax: number,
  findings: Finding[],
): number {
  let rereadLeft = text.length * REREAD_RATIO + REREAD_FLOOR;
  let from = 0;
  try {
    for (let candidates = 0; ; candidates++) {
      pattern.lastIndex = from;
      const match = from < text.length ? pattern.exec(text) : null;
      if (match === null) return text.length;
      const start = match.index;
      if (candidates === candidatesMax || rereadLeft < 0) return start;
      const end = start + match[0].length;
      const finding = examine(definition, text, start, end, key);
      if (finding !== undefined) findings.push(finding);
      // What follows a finding may be the left neighbour the next one needs; inside a refused candidate
      // another may begin.
      from = finding === undefined ? start + 1 : Math.max(finding.end, start + 1);
      rereadLeft -= Math.max(0, end - from);
    }
  } catch {
    findings.push({ start: 0, end: text.length, detector: definition });
    return text.length;
  }
}

/** The finding in the match `text[start, end)`, if it is one. */
function examine(
  definition: DetectorDefinition,
  text: Buffer,
  start: number,
  end: number,
  key: string,
): Finding | undefined {
  try {
    const match = text.toString("latin1", start, end);
    const [from, to] = definition.narrow?.(match) ?? [0, match.length];
    if (from >= to) return undefined;
    const finding = { start: start + from, end: start + to, detector: definition };
    if (definition.near && !hasContextWord(definition.near, text, finding.start, finding.end, key)) {
      return undefined;
    }
    return definition.confirm?.(match.slice(from, to), contextOf(text, finding)) === false
      ? undefined
      : finding;
  } catch {
    return { start, end, detector: definition };
  }
}

function contextOf(text: Buffer, { start, end }: Finding): { before: string; after: string } {
  return {
    before: text.toString("latin1", Math.max(0, start - CONTEXT_BYTES), start),
    after: text.toString("latin1", end, Math.min(text.length, end + CONTEXT_BYTES)),
  };
}

/** Cuts off what begins in the unscanned rest; a finding that reaches into it pushes the border back. */
function upTo(scannedTo: number, findings: readonly Finding[]): ScanResult {
  const kept = findings.filter((finding) => finding.start < scannedTo);
  return { findings: kept, scannedTo: Math.max(scannedTo, kept.at(-1)?.end ?? 0) };
}
