import { didYouMean, OperatingError } from "@scrim/errors";
import { DETECTORS } from "./catalogue.ts";
import type { DetectorDefinition } from "./detector.ts";

export interface DetectorSelection {
  /** Names of packs, detectors or types. */
  readonly use: readonly string[];
  /** Taken out again. */
  readonly disable?: readonly string[];
}

/** The built-in detectors a selection names, in catalogue order. @throws {OperatingError} DETECTOR_INVALID */
export function detectorsOf({ use, disable = [] }: DetectorSelection): readonly DetectorDefinition[] {
  const used = named(use, "use");
  const disabled = named(disable, "disable");
  return DETECTORS.filter((detector) => used.has(detector) && !disabled.has(detector));
}

function named(names: readonly string[], key: keyof DetectorSelection): ReadonlySet<DetectorDefinition> {
  return new Set(names.flatMap((name, index) => detectorsNamed(name, `${key}[${index}]`)));
}

function detectorsNamed(name: string, path: string): readonly DetectorDefinition[] {
  const found = DETECTORS.filter(({ id, type, pack }) => name === id || name === type || name === pack);
  if (found.length > 0) return found;
  const close = didYouMean(
    name,
    DETECTORS.flatMap(({ id, type, pack }) => [id, type, pack]),
  );
  throw new OperatingError("DETECTOR_INVALID", "no pack, detector or type has this name", {
    path,
    hint: close === undefined ? "packs are pii, finance, secrets and network" : `did you mean "${close}"?`,
  });
}
