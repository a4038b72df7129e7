import { DETECTOR_PACKS, DETECTORS, SUPPRESSION_LISTS } from "@scrim/detect";
import { defaultPlan } from "@scrim/policy";
import { actionText } from "./action-text.ts";
import { code, GENERATED, table } from "./markdown.ts";

/** Shown of an example; secrets' examples are long, and scanners of repositories would take them for real. */
const EXAMPLE_CHARACTERS = 32;

export function detectorsPage(): string {
  const { findings } = defaultPlan();
  const sections = DETECTOR_PACKS.map((pack) => {
    const rows = DETECTORS.filter((detector) => detector.pack === pack).map((detector) => {
      const action = findings.get(detector.id);
      return [
        code(detector.id),
        detector.finds,
        detector.confidence,
        action === undefined ? "–" : actionText(action),
        examples(detector.examples.match.slice(0, 1)),
        examples(detector.examples.ignore.slice(0, 2)),
        detector.source,
      ];
    });
    return `## ${pack}\n\n${table(["detector", "finds", "confidence", "becomes", "for example", "but not", "source"], rows)}`;
  });
  return `${[
    GENERATED,
    "# Detectors",
    `${DETECTORS.length} detectors look at text. Each kind is one file in \`packages/detect/src/detectors/\`; *becomes* is the default policy's answer.`,
    ...sections,
    suppressionSection(),
  ].join("\n\n")}\n`;
}

function suppressionSection(): string {
  const rows = Object.values(SUPPRESSION_LISTS).map(({ id, lists, examples: { match, ignore }, source }) => [
    code(id),
    lists,
    examples(match.slice(0, 1)),
    examples(ignore.slice(0, 2)),
    source,
  ]);
  const lead =
    "What standards and issuers set aside for examples. Examples leak too, so all of it counts by default; `detectors.suppress` in the first layer of a policy names what is left alone in text.";
  return `## What a policy may suppress\n\n${lead}\n\n${table(["list", "lists", "for example", "but not", "source"], rows)}`;
}

function examples(texts: readonly string[]): string {
  return texts.map((text) => code(shorten(text).replaceAll("`", "'"))).join(", ");
}

function shorten(text: string): string {
  return text.length <= EXAMPLE_CHARACTERS ? text : `${text.slice(0, EXAMPLE_CHARACTERS)}…`;
}
