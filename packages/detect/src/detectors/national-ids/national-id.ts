import { type Confidence, type DetectorDefinition, defineDetector, type IdCountry } from "../../detector.ts";
import { compactOf, isOneDigit } from "../../validators/compact.ts";
import { isEpoch } from "../../validators/epoch.ts";
import { isWholeNumber } from "../../validators/neighbours.ts";

/** How a number is written. */
interface Form {
  readonly pattern: string;
  readonly match: readonly string[];
  readonly ignore: readonly string[];
}

/** What the automaton looks for; words near a number do that where it has some. */
interface WithAtoms {
  readonly atoms: readonly string[];
}

interface NationalId {
  readonly country: IdCountry;
  readonly id: string;
  /** `national_id:<country>` unless it says something else. */
  readonly type?: string;
  /** A plural with what makes them sure: no article, no full stop. */
  readonly finds: string;
  readonly source: string;
  /** Decides on the letters and digits of a candidate, in capitals. */
  readonly check: (compact: string) => boolean;
  /** With separators, letters or a check so strong that it needs no word near it. */
  readonly written?: Form & WithAtoms & { readonly confidence?: Confidence };
  /** Sure enough where nothing else stands in the value, but not in the middle of a line. */
  readonly alone?: Form & WithAtoms;
  /** As anything else could be written: one of the words has to stand near, or in the attribute's key. */
  readonly bare?: Form & { readonly words: readonly string[] };
}

/** A number that states give to people (or to firms), in the forms that it comes in: a detector for each. */
export function nationalId(spec: NationalId): readonly DetectorDefinition[] {
  const { written, alone, bare, id, finds } = spec;
  const detectors: DetectorDefinition[] = [];
  if (written !== undefined) {
    const { confidence = "likely" } = written;
    const own = { id, finds: `${finds}.`, confidence, pattern: wholeWord(written) };
    detectors.push(defineForm(spec, written, own));
  }
  if (alone !== undefined) {
    const own = {
      id: `${id}_alone`,
      finds: `${finds}, as a whole value.`,
      confidence: "possible",
      pattern: `^(?:${alone.pattern})$`,
    } as const;
    const check = (compact: string) => !isEpoch(compact) && spec.check(compact);
    detectors.push(defineForm({ ...spec, check }, alone, own));
  }
  if (bare !== undefined) {
    detectors.push(
      defineForm(spec, bare, {
        id: written === undefined ? id : `${id}_bare`,
        finds: `${finds}, near a word such as ${bare.words[0]}.`,
        confidence: "likely",
        pattern: wholeWord(bare),
        near: { words: bare.words, window_bytes: WINDOW_BYTES },
      }),
    );
  }
  return detectors;
}

/**
 * Boundaries on both sides: without them every place in a long run of digits is a candidate, to be refused one by
 * one.
 */
function wholeWord({ pattern }: Form): string {
  return String.raw`\b(?:${pattern})` + (pattern.endsWith(String.raw`\)`) ? "" : String.raw`\b`);
}

/** Some ten words; scripts other than Latin take two or three bytes a letter. */
const WINDOW_BYTES = 64;

function defineForm(
  { country, type = `national_id:${country}`, source, check }: NationalId,
  { match, ignore, ...form }: Form | (Form & WithAtoms),
  own: Pick<DetectorDefinition, "id" | "finds" | "confidence" | "pattern" | "near">,
): DetectorDefinition {
  return defineDetector({
    ...own,
    type,
    class: "direct_identifier",
    pack: `national-ids/${country}`,
    source,
    atoms: "atoms" in form ? form.atoms : [],
    confirm: (candidate, context) => {
      const compact = compactOf(candidate);
      return isWholeNumber(context) && !isOneDigit(compact) && check(compact);
    },
    examples: { match, ignore },
  });
}
