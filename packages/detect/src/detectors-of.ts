import { didYouMean, OperatingError } from "@scrim/errors";
import { DETECTORS } from "./catalogue.ts";
import { type DetectorDefinition, PACK_NAMES } from "./detector.ts";

export interface DetectorSelection {
  /** Names of packs, detectors or types; `national-ids` for the packs of all countries. */
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
  const found = DETECTORS.filter(
    ({ id, type, pack }) => name === id || name === type || name === pack || pack.startsWith(`${name}/`),
  );
  if (found.length > 0) return found;
  const close = didYouMean(name, [...PACK_NAMES, ...DETECTORS.flatMap(({ id, type }) => [id, type])]);
  throw new OperatingError("DETECTOR_INVALID", "no pack, detector or type has this name", {
    path,
    hint: close === undefined ? PACKS_HINT : `did you mean "${close}"?`,
  });
}

const PACKS_HINT = `packs are ${PACK_NAMES.filter((name) => !name.includes("/")).join(", ")}`;
