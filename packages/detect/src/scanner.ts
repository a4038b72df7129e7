import type { Automaton } from "./automaton/automaton.ts";
import { automatonFor } from "./automaton/shared-automaton.ts";
import { hasContextWord } from "./context-words.ts";
import { type CandidateContext, CONTEXT_BYTES, type DetectorDefinition } from "./detector.ts";
import { engine as engineOfProcess } from "./expressions/engine.ts";
import type { ExpressionEngine, Searcher } from "./expressions/expression-engine.ts";
import { Subject } from "./expressions/subject.ts";
import { type Finding, mergeOverlaps } from "./finding.ts";
import { READING_ATOMS } from "./fold/atoms.ts";
import { BASE64_ATOM } from "./fold/base64.ts";
import { type Folding, TextFolder } from "./fold/text-folder.ts";
import type { SuppressionList } from "./suppression/suppression-list.ts";
import { WakingKeys, wakingAtoms } from "./waking-words.ts";

export interface ScanResult {
  /** Sorted, not overlapping, in byte offsets. */
  readonly findings: readonly Finding[];
  /**
   * The text is scanned up to here. Less than its length when a budget ran out: the rest must be withheld.
   * Never inside a finding.
   */
  readonly scannedTo: number;
  /** The expression that the scanner was told to wake for occurs. */
  readonly woke: boolean;
  /** It occurs in the text as it reads once it is folded. */
  readonly wokeFolded: boolean;
}

export interface Scanner {
  readonly detectors: readonly DetectorDefinition[];
  /**
   * End (exclusive) of the first atom in texts separated by NUL, of which one begins at `from`; -1 when there is
   * none before `to`. The text that holds byte `end - 1` needs a {@link scan}; resume behind it. Makes nothing.
   */
  locate(buffer: Buffer, from: number, to?: number): number;
  /** Whether every text under this attribute key needs a {@link scan}: a word in it says what a number may be. */
  wakesFor(key: string): boolean;
  /**
   * All findings in one text, as it is written and as it reads once it is folded: what hides behind escapes,
   * invisible characters and the like is found where it stands, whole escapes and characters. `key` is the attribute
   * key the text stood under, read as context. Never throws: where a pattern fails, the whole text is a finding.
   */
  scan(text: Buffer, key?: string, options?: ScanOptions): ScanResult;
  /** Where the wake expression matches next at or after `from`; undefined where it doesn't. */
  wakeAt(text: Buffer, from: number): { readonly start: number; readonly end: number } | undefined;
}

export interface ScanOptions {
  /** The text was percent-decoded: what looks like a percent escape in it is none. */
  readonly isPercentDecoded?: boolean;
}

export interface ScannerOptions {
  /** Candidates examined for each detector in one text. Past that the rest of the text counts as unscanned. */
  readonly candidatesMax?: number;
  /** What is found and stands on one of these is no finding. */
  readonly suppress?: readonly SuppressionList[];
  /**
   * One more RE2 expression to look for in every text, under the rules for atoms, except that it may match `\A`. It
   * finds nothing by itself: the result of a scan says whether it occurs, for whoever reads such texts further. Asked
   * for once, when the first text comes: policies are also compiled only to be checked and compared.
   */
  readonly wake?: () => string | undefined;
  /** What matches the exact patterns; the engine of the process unless given. */
  readonly engine?: ExpressionEngine;
}

const CANDIDATES_MAX = 1000;

/**
 * Bytes a detector may read twice in one text, after candidates that it refused: so many times the text, and
 * a floor for short ones. It keeps the work linear where refused candidates are long and nested.
 */
const REREAD_RATIO = 4;
const REREAD_FLOOR = 4096;

interface CompiledDetector {
  readonly definition: DetectorDefinition;
  readonly matches: Searcher;
  /** The lists that speak about its type. */
  readonly suppress: readonly SuppressionList[];
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
  { candidatesMax = CANDIDATES_MAX, suppress = [], wake, engine = engineOfProcess() }: ScannerOptions = {},
): Scanner {
  if (detectors.length === 0 && wake === undefined) return SCANNER_OF_NOTHING;
  let reading: Reading | undefined;
  const compiled = detectors.map((definition) => ({
    definition,
    matches: engine.searcher(definition.pattern),
    suppress: suppress.filter(({ types }) => types.includes(definition.type)),
  }));
  const folder = new TextFolder();
  const wakingKeys = new WakingKeys(detectors);

  /** What reads every byte of every text, built when the first one comes. */
  function read(): Reading {
    return (reading ??= readingOf(detectors, wake, engine));
  }

  /** Numbers of what matches in the text, as {@link readingOf} gives them, and of the detectors that the key wakes. */
  function woken(text: Buffer, key: string): readonly number[] {
    const fired = read().automaton.matching(text);
    const byKey = wakingKeys.wokenBy(key);
    return byKey.length === 0 ? fired : Array.from(new Set([...fired, ...byKey])).sort((a, b) => a - b);
  }

  /** Adds what the detectors find that fired. Returns how far all of them got. */
  function collectAll(fired: readonly number[], view: View): number {
    let scannedTo = view.limit;
    for (const index of fired) {
      const detector = compiled[index];
      if (detector !== undefined) scannedTo = Math.min(scannedTo, collect(detector, view, candidatesMax));
    }
    return scannedTo;
  }

  /** Adds what is found in the folded text before `limit`. Returns how far that got, like `limit` an offset of `text`. */
  function collectFolded(view: View, limit: number, folding: Folding): number {
    if (!folder.fold(view.text, folding)) return limit;
    const { bytes, map } = folder;
    const folded = {
      ...view,
      text: bytes,
      subject: new Subject(bytes),
      limit: map.fromOriginal(limit),
      findings: [] as Finding[],
    };
    const fired = woken(bytes, view.key);
    view.wokeFolded = fired.includes(detectors.length + WAKE);
    const scannedTo = collectAll(fired, folded);
    for (const { start, end, detector } of folded.findings) {
      const [from, to] = map.toOriginal(start, end);
      view.findings.push({ start: from, end: to, detector });
    }
    return scannedTo === folded.limit ? limit : map.toOriginal(scannedTo, scannedTo + 1)[0];
  }

  return {
    detectors,
    locate(buffer, from, to = buffer.length) {
      return read().automaton.firstEnd(buffer, from, to);
    },
    wakesFor: (key) => wakingKeys.wokenBy(key).length > 0,
    scan(text, key = "", { isPercentDecoded = false } = {}) {
      const fired = woken(text, key);
      if (fired.length === 0) return { ...NOTHING, scannedTo: text.length };
      const view: View = {
        text,
        subject: new Subject(text),
        key,
        limit: text.length,
        findings: [],
        wokeFolded: false,
      };
      let scannedTo = collectAll(fired, view);
      const characters = fired.includes(detectors.length + CHARACTERS);
      const base64 = fired.includes(detectors.length + BASE64);
      if (characters || base64)
        scannedTo = collectFolded(view, scannedTo, { characters, base64, percent: !isPercentDecoded });
      const woke = fired.includes(detectors.length + WAKE);
      return { ...upTo(scannedTo, mergeOverlaps(view.findings)), woke, wokeFolded: view.wokeFolded };
    },
    wakeAt(text, from) {
      const { wakes } = read();
      return wakes?.find(new Subject(text), from) ? { start: wakes.start, end: wakes.end } : undefined;
    },
  };
}

/** What the automaton looks for behind the atoms of each detector: signs that a text has to be folded, and the wake expression. */
const CHARACTERS = 0;
const BASE64 = 1;
const WAKE = 2;

interface Reading {
  readonly automaton: Automaton;
  /** Says where the wake expression matches once the automaton said that it does. */
  readonly wakes: Searcher | undefined;
}

function readingOf(
  detectors: readonly DetectorDefinition[],
  wake: ScannerOptions["wake"],
  engine: ExpressionEngine,
): Reading {
  const expression = wake?.();
  const unions = [
    ...detectors.map((detector) => unionOf(wakingAtoms(detector))),
    unionOf(READING_ATOMS),
    BASE64_ATOM,
  ];
  return {
    automaton: automatonFor(expression === undefined ? unions : [...unions, expression]),
    wakes: expression === undefined ? undefined : engine.searcher(expression),
  };
}

const NOTHING: Omit<ScanResult, "scannedTo"> = { findings: [], woke: false, wokeFolded: false };

const SCANNER_OF_NOTHING: Scanner = {
  detectors: [],
  locate: () => -1,
  wakesFor: () => false,
  scan: (text) => ({ ...NOTHING, scannedTo: text.length }),
  wakeAt: () => undefined,
};

/** One alternation without captures. */
export function unionOf(expressions: readonly string[]): string {
  return expressions.map((expression) => `(?:${expression})`).join("|");
}

/** A text, as it is written or folded, and what was found in it. */
interface View {
  readonly text: Buffer;
  readonly subject: Subject;
  readonly key: string;
  /** Candidates from here on are of no concern. */
  readonly limit: number;
  readonly findings: Finding[];
  /** The wake expression occurs in the folded text. */
  wokeFolded: boolean;
}

/** Adds what one detector finds. Returns how far it got. */
function collect(
  { definition, matches, suppress }: CompiledDetector,
  view: View,
  candidatesMax: number,
): number {
  const { text, subject, key, limit, findings } = view;
  let rereadLeft = text.length * REREAD_RATIO + REREAD_FLOOR;
  let from = 0;
  try {
    for (let candidates = 0; ; candidates++) {
      if (!matches.find(subject, from) || matches.start >= limit) return limit;
      const { start, end } = matches;
      if (candidates === candidatesMax || rereadLeft < 0) return start;
      const finding = examine(definition, text, start, end, key);
      if (finding !== undefined && !isSuppressed(finding, text, suppress)) findings.push(finding);
      // What follows a finding may be the left neighbour the next one needs; inside a refused candidate
      // another may begin.
      from = finding === undefined ? start + 1 : Math.max(finding.end, start + 1);
      rereadLeft -= Math.max(0, end - from);
    }
  } catch {
    findings.push({ start: 0, end: text.length, detector: definition });
    return limit;
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
    const around = Math.max(0, start - CONTEXT_BYTES);
    const surroundings = text.toString("latin1", around, Math.min(text.length, end + CONTEXT_BYTES));
    const match = surroundings.slice(start - around, end - around);
    const [from, to] = definition.narrow?.(match) ?? [0, match.length];
    if (from >= to) return undefined;
    const finding = { start: start + from, end: start + to, detector: definition };
    const context = contextOf(surroundings, finding.start - around, finding.end - around);
    // The word comes last: check digits are cheaper to look at than the surroundings.
    if (definition.confirm?.(match.slice(from, to), context) === false) return undefined;
    const { near } = definition;
    return near === undefined || hasContextWord(near, text, finding.start, finding.end, key)
      ? finding
      : undefined;
  } catch {
    return { start, end, detector: definition };
  }
}

function isSuppressed({ start, end }: Finding, text: Buffer, lists: readonly SuppressionList[]): boolean {
  if (lists.length === 0) return false;
  const candidate = text.toString("latin1", start, end);
  return lists.some((list) => {
    try {
      return list.has(candidate);
    } catch {
      return false;
    }
  });
}

function contextOf(surroundings: string, start: number, end: number): CandidateContext {
  return {
    before: surroundings.slice(Math.max(0, start - CONTEXT_BYTES), start),
    after: surroundings.slice(end, end + CONTEXT_BYTES),
  };
}

/** Cuts off what begins in the unscanned rest; a finding that reaches into it pushes the border back. */
function upTo(scannedTo: number, findings: readonly Finding[]): Pick<ScanResult, "findings" | "scannedTo"> {
  const kept = findings.filter((finding) => finding.start < scannedTo);
  return { findings: kept, scannedTo: Math.max(scannedTo, kept.at(-1)?.end ?? 0) };
}
