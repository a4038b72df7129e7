import { OperatingError } from "@scrim/errors";
import { Automaton } from "../automaton/automaton.ts";
import { type Expression, parseExpression } from "../automaton/expression.ts";
import { DETECTORS } from "../catalogue.ts";
import type { DetectorDefinition } from "../detector.ts";
import { engine, matcherOf } from "../expressions/engine.ts";
import { type ExpressionProblem, expressionProblem } from "../expressions/expression-problem.ts";
import { Subject } from "../expressions/subject.ts";
import { READING_ATOMS } from "../fold/atoms.ts";
import { compileScanner, type Scanner, unionOf } from "../scanner.ts";
import { wakingAtoms } from "../waking-words.ts";
import { atomProblem } from "./atom-rules.ts";
import { seededRandom } from "./random.ts";
import { sampleOf } from "./sample.ts";
import { hostileTexts, ordinaryLines, randomText } from "./test-texts.ts";

const ID = /^[a-z][a-z0-9_]{0,63}$/;
const TYPE = /^[a-z][a-z0-9_]*(?::[a-z0-9_]+)?$/;

/** A word further away says nothing about a value. */
const WINDOW_BYTES_MAX = 1024;

/** Texts made from the pattern to see whether an atom fires in each. */
const SAMPLES = 100;

/**
 * Characters of each text that the atoms read to see whether their automaton keeps growing. Its first half must be
 * long enough to meet the states of hundreds of harmless atoms.
 */
const HOSTILE_CHARACTERS = 4096;

/**
 * New states for each character, once a text was half read. Making one takes hundreds of times as long as looking one
 * up. Built-in detectors make a fifth; counted repeats that multiply states make one with nearly every character.
 */
const GROWTH_MAX = 0.22;

/** Share of ordinary log lines that may hold an atom. A detector that wakes up more often slows every line. */
const CANDIDATE_RATE_MAX = 0.5;
const ORDINARY_LINES = 200;

/**
 * What is wrong with a detector that is to run next to others; empty when nothing is. Deterministic, and
 * within milliseconds, so that a policy can be checked as it loads. Each problem is an {@link OperatingError}
 * with the code DETECTOR_INVALID, the path inside the definition and a hint, ready to be thrown.
 *
 * @example
 * ```ts
 * import { defineDetector, lintDetector } from "@scrim/detect";
 * const [problem] = lintDetector(
 *   defineDetector({
 *     id: "employee_id",
 *     type: "employee_id",
 *     class: "direct_identifier",
 *     pack: "pii",
 *     finds: "Numbers of employees.",
 *     source: "HR handbook",
 *     confidence: "likely",
 *     atoms: ["EMP.*"],
 *     pattern: "EMP-[0-9]{6}",
 *     examples: { match: ["EMP-123456"], ignore: [] },
 *   }),
 * );
 * console.log(problem?.line); // atoms[0]: an atom must not match NUL, which separates texts [DETECTOR_INVALID]
 * ```
 */
export function lintDetector(
  detector: DetectorDefinition,
  others: readonly DetectorDefinition[] = DETECTORS,
): readonly OperatingError[] {
  const problems = [...fieldProblems(detector), ...atomProblems(detector), ...patternProblems(detector)];
  if (problems.length > 0) return problems;
  const scanner = compileScanner([detector]);
  return [
    ...supersetProblems(detector),
    ...growthProblems(others.includes(detector) ? others : [...others, detector], wakingAtoms(detector)),
    ...candidateRateProblems(scanner),
    ...exampleProblems(detector, scanner),
  ];
}

function problem(path: string, message: string, hint: string): OperatingError {
  return new OperatingError("DETECTOR_INVALID", message, { path, hint });
}

function* fieldProblems({ id, type, near }: DetectorDefinition): Generator<OperatingError> {
  if (!ID.test(id)) yield problem("id", "not a detector's name", "use a-z, 0-9 and _, a letter first");
  if (!TYPE.test(type)) yield problem("type", "not a type's name", 'write it like "api_key:acme"');
  if (near === undefined) return;
  if (near.words.length === 0)
    yield problem("near.words", "no words", "name at least one, or leave near out");
  for (const [i, word] of near.words.entries()) {
    const isWord = /^[a-z]+(?: [a-z]+)*$/.test(word) || /^[\u0250-\u{10ffff}]+$/u.test(word);
    if (!isWord) {
      yield problem(
        `near.words[${i}]`,
        "not words in lower-case letters a-z, or in another script",
        'write cardNumber as "card number", and accented letters without the accent',
      );
    }
  }
  if (!(near.window_bytes >= 1 && near.window_bytes <= WINDOW_BYTES_MAX)) {
    yield problem("near.window_bytes", "out of range", `choose 1 to ${WINDOW_BYTES_MAX}`);
  }
}

function* atomProblems(detector: DetectorDefinition): Generator<OperatingError> {
  const atoms = wakingAtoms(detector);
  if (atoms.length === 0)
    yield problem("atoms", "no atoms", "name a piece that every match contains, or words near it");
  for (const [i, atom] of atoms.entries()) {
    const found: ExpressionProblem | undefined = atomProblem(atom) ?? expressionProblem(atom);
    if (found !== undefined) yield problem(`atoms[${i}]`, found.message, found.hint);
  }
}

function* patternProblems({ pattern }: DetectorDefinition): Generator<OperatingError> {
  const found = expressionProblem(pattern);
  if (found !== undefined) yield problem("pattern", found.message, found.hint);
  else if (matcherOf(`^(?:${pattern})`).endIn("") === 0) {
    yield problem("pattern", "matches the empty text", "require at least one character");
  }
}

/** Makes texts from the pattern: an atom has to fire inside each match. */
function* supersetProblems({ pattern, atoms }: DetectorDefinition): Generator<OperatingError> {
  if (atoms.length === 0) return; // words near a match wake it
  const expression = parseExpression(pattern);
  if (expression === undefined) return; // the examples have to do
  const exact = engine().searcher(pattern);
  const anyAtom = engine().searcher(unionOf(atoms));
  const random = seededRandom(3);
  for (let i = 0; i < SAMPLES; i++) {
    const text = Buffer.from(sampleOf(expression, random));
    if (!exact.find(new Subject(text), 0)) continue;
    if (!anyAtom.find(new Subject(text.subarray(exact.start, exact.end)), 0)) {
      yield problem(
        "atoms",
        "the pattern matches texts in which no atom fires",
        "name a piece that every match contains",
      );
      return;
    }
  }
}

/** Lets the joint automaton of several detectors read hostile texts, some made of what the atoms are made of. */
function* growthProblems(
  detectors: readonly DetectorDefinition[],
  atoms: readonly string[],
): Generator<OperatingError> {
  const { automaton, isSlowed } = jointAutomaton(detectors);
  const texts = textsOf(atoms.map((atom) => parseExpression(atom)!));
  if (isSlowed || texts.some((text) => growthOn(automaton, text) > GROWTH_MAX)) {
    yield problem(
      "atoms",
      "a hostile text would slow the automaton that all detectors share",
      "shorten counted repeats, and classes that overlap with what repeats after them",
    );
  }
}

interface JointAutomaton {
  readonly automaton: Automaton;
  /** One of the hostile texts, which are the same for all detectors, makes it grow too fast. */
  readonly isSlowed: boolean;
}

/** By the list of detectors: one list is linted as often as it has detectors. */
const jointAutomata = new WeakMap<readonly DetectorDefinition[], JointAutomaton>();

function jointAutomaton(detectors: readonly DetectorDefinition[]): JointAutomaton {
  const known = jointAutomata.get(detectors);
  if (known !== undefined) return known;
  const automaton = new Automaton([...READING_ATOMS, ...detectors.flatMap(wakingAtoms)]);
  const isSlowed = hostileTexts(HOSTILE_CHARACTERS).some((text) => growthOn(automaton, text) > GROWTH_MAX);
  const joint = { automaton, isSlowed };
  jointAutomata.set(detectors, joint);
  return joint;
}

/** States that the second half of a text makes and the first did not, for each character. */
function growthOn(automaton: Automaton, text: string): number {
  const half = text.length >>> 1;
  automaton.forget();
  automaton.matching(Buffer.from(text.slice(0, half)));
  const madeAtHalf = automaton.statesMade;
  automaton.matching(Buffer.from(text.slice(half)));
  return (automaton.statesMade - madeAtHalf) / (text.length - half);
}

function textsOf(atoms: readonly Expression[]): readonly string[] {
  const random = seededRandom(4);
  return atoms.map((atom) => randomText(random, alphabetOf(atom), HOSTILE_CHARACTERS));
}

/** The ASCII characters that occur in what the expression matches. */
function alphabetOf(expression: Expression): readonly string[] {
  const characters = new Set<string>();
  const random = seededRandom(5);
  for (let i = 0; i < SAMPLES; i++)
    for (const character of sampleOf(expression, random)) characters.add(character);
  return Array.from(characters).filter((character) => character < "\x7f");
}

function* candidateRateProblems(scanner: Scanner): Generator<OperatingError> {
  const lines = ordinaryLines(ORDINARY_LINES);
  const woken = lines.filter((line) => scanner.locate(Buffer.from(line), 0) !== -1).length;
  if (woken > lines.length * CANDIDATE_RATE_MAX) {
    yield problem(
      "atoms",
      "fire in most ordinary log lines",
      "choose pieces that are rarer than digits and words",
    );
  }
}

function* exampleProblems(detector: DetectorDefinition, scanner: Scanner): Generator<OperatingError> {
  const isFound = (text: string) => scanner.scan(Buffer.from(text)).findings.length > 0;
  for (const [i, text] of detector.examples.match.entries()) {
    if (!isFound(text))
      yield problem(`examples.match[${i}]`, "is not found", "correct the pattern or the example");
  }
  for (const [i, text] of detector.examples.ignore.entries()) {
    if (isFound(text))
      yield problem(`examples.ignore[${i}]`, "is found", "narrow the pattern or correct the example");
  }
}
