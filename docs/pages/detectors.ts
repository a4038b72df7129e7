import { DETECTOR_PACKS, DETECTORS } from "@scrim/detect";
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
    `${DETECTORS.length} detectors look at text. Each is one file in \`packages/detect/src/detectors/\`; *becomes* is the default policy's answer.`,
    ...sections,
  ].join("\n\n")}\n`;
}

function examples(texts: readonly string[]): string {
  return texts.map((text) => code(shorten(text).replaceAll("`", "'"))).join(", ");
}

function shorten(text: string): string {
  return text.length <= EXAMPLE_CHARACTERS ? text : `${text.slice(0, EXAMPLE_CHARACTERS)}…`;
}
