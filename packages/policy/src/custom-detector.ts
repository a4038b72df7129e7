import { DETECTORS, type DetectorDefinition, defineDetector, lintDetector } from "@scrim/detect";
import type { Action } from "./action.ts";
import { compileAction } from "./compile-action.ts";
import { documentError, type PolicyDocument } from "./document.ts";
import { type KeyPath, parseKeyPath } from "./key-path.ts";
import type { CustomDetectorSetting } from "./schema.ts";

/** How far from a match the words of `near` may stand. */
const NEAR_BYTES = 64;

/** A detector that a policy defines, and where it does. */
export interface CustomDetector {
  readonly definition: DetectorDefinition;
  readonly document: PolicyDocument;
  readonly path: KeyPath;
  readonly action: Action | undefined;
}

/** The detectors that the documents define, by id. @throws {OperatingError} `POLICY_INVALID` for an id taken */
export function collectCustomDetectors(
  documents: readonly PolicyDocument[],
): ReadonlyMap<string, CustomDetector> {
  const custom = new Map<string, CustomDetector>();
  for (const document of documents) {
    for (const [index, setting] of (document.settings.detectors?.custom ?? []).entries()) {
      const path = ["detectors", "custom", index];
      if (custom.has(setting.id) || DETECTORS.some(({ id }) => id === setting.id)) {
        throw documentError("POLICY_INVALID", document, [...path, "id"], {
          message: `there already is a detector "${setting.id}"`,
          hint: "give it another id",
        });
      }
      custom.set(setting.id, {
        definition: defineCustom(setting, document.source),
        document,
        path,
        action: setting.action && compileAction(setting.action),
      });
    }
  }
  return custom;
}

/** Holds them to what built-in detectors are held to. @throws {OperatingError} `DETECTOR_INVALID` */
export function checkCustomDetectors(
  custom: Iterable<CustomDetector>,
  builtIn: readonly DetectorDefinition[],
): void {
  const added = [...custom];
  const all = [...builtIn, ...added.map(({ definition }) => definition)];
  if (added.every(({ definition }) => lintDetector(definition, all).length === 0)) return;
  // Next to which of those before it, so that of two that are too much together the second is named.
  for (const [index, { definition, document, path }] of added.entries()) {
    const [problem] = lintDetector(definition, all.slice(0, builtIn.length + index + 1));
    if (problem === undefined) continue;
    const within = parseKeyPath(problem.path ?? "");
    throw documentError("DETECTOR_INVALID", document, [...path, ...within], problem);
  }
}

/** The definition that a policy's setting stands for, unchecked. */
export function defineCustom(setting: CustomDetectorSetting, source: string): DetectorDefinition {
  const { id, pattern, atoms, near, examples } = setting;
  const words = near?.map((word) => word.toLowerCase());
  return defineDetector({
    id,
    type: id,
    class: setting.class ?? "direct_identifier",
    pack: "pii",
    finds: "Defined by the policy.",
    source,
    confidence: "certain", // its author says so
    atoms,
    pattern,
    ...(words && { near: { words, window_bytes: NEAR_BYTES } }),
    examples: { match: examples?.match ?? [], ignore: examples?.ignore ?? [] },
  });
}
