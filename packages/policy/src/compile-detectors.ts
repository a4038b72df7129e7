import { isDeepStrictEqual } from "node:util";
import {
  CONFIDENCES,
  type Confidence,
  compileScanner,
  DETECTORS,
  type DetectorDefinition,
  type DetectorSelection,
  detectorsOf,
  PACK_NAMES,
  type Scanner,
  SUPPRESSION_LISTS,
} from "@scrim/detect";
import { didYouMean } from "@scrim/errors";
import type { Action } from "./action.ts";
import { compileAction } from "./compile-action.ts";
import { type CustomDetector, checkCustomDetectors, collectCustomDetectors } from "./custom-detector.ts";
import { DEFAULTS } from "./defaults.ts";
import { documentError, lineIfWritten, type PolicyDocument } from "./document.ts";
import { formatKeyPath, type KeyPath } from "./key-path.ts";
import { join, MASK_ALL } from "./lattice.ts";
import type { Layer } from "./layer.ts";
import type { Origin } from "./plan.ts";

const LEAVE: Action = { kind: "keep" };

/** What to look for, what findings become, and which setting says so: of each detector in the scanner, by its id. */
export interface CompiledDetectors {
  readonly scanner: Scanner;
  readonly findings: ReadonlyMap<string, Action>;
  readonly findingOrigins: ReadonlyMap<string, Origin>;
}

/** Compiles the detectors of all layers. @throws {OperatingError} `POLICY_INVALID` or `DETECTOR_INVALID` */
export function compileDetectors(
  layers: readonly Layer[],
  candidatesMax: number,
  wake: () => string | undefined,
): CompiledDetectors {
  const documents = layers.map(({ document }) => document);
  const custom = collectCustomDetectors(documents);
  for (const document of documents) checkNames(document, custom.keys());
  const builtIn = selectBuiltIn(documents);
  checkCustomDetectors(custom.values(), builtIn);

  const findings = new Map<string, Action>();
  const findingOrigins = new Map<string, Origin>();
  const detectors: DetectorDefinition[] = [];
  for (const detector of [...builtIn, ...custom.values().map(({ definition }) => definition)]) {
    const isBuiltIn = !custom.has(detector.id);
    // Each by what it makes of findings: to scan a class is to mask what is found of it, and no other layer shows a part of that.
    const opinions = findingOpinions(detector, layers, custom.get(detector.id)).map((opinion) => ({
      ...opinion,
      action: findingAction(opinion.action, detector.class, isBuiltIn) ?? LEAVE,
    }));
    const joined = opinions.map(({ action }) => action).reduce(join); // never of nothing: the base has an opinion on every class
    const action = findingAction(joined, detector.class, isBuiltIn);
    if (action === undefined) continue;
    detectors.push(detector);
    findings.set(detector.id, action);
    findingOrigins.set(detector.id, decisiveOrigin(opinions, joined));
  }
  const suppress = (documents[0]?.settings.detectors?.suppress ?? []).map((id) => SUPPRESSION_LISTS[id]);
  return {
    scanner: compileScanner(detectors, { candidatesMax, suppress, wake }),
    findings,
    findingOrigins,
  };
}

/** Makes sure that `use`, `disable` and `actions` name what there is. */
function checkNames(document: PolicyDocument, custom: Iterable<string>): void {
  const { use = [], disable = [], actions = {} } = document.settings.detectors ?? {};
  const builtIn = new Set(DETECTORS.flatMap(({ id, type }) => [id, type]));
  const selectable = new Set([...PACK_NAMES, ...builtIn]);
  const actable = new Set([...builtIn, ...custom]);
  for (const [index, name] of use.entries())
    checkName(document, ["detectors", "use", index], name, selectable);
  for (const [index, name] of disable.entries()) {
    checkName(document, ["detectors", "disable", index], name, selectable);
  }
  for (const name of Object.keys(actions)) checkName(document, ["detectors", "actions", name], name, actable);
}

function checkName(document: PolicyDocument, path: KeyPath, name: string, known: ReadonlySet<string>): void {
  if (known.has(name)) return;
  const meant = didYouMean(name, known);
  throw documentError("POLICY_INVALID", document, path, {
    message: "no pack, detector or type of detectors has this name",
    hint:
      meant === undefined
        ? `packs are: ${PACK_NAMES.filter((name) => !name.includes("/")).join(", ")}`
        : `did you mean "${meant}"?`,
  });
}

/** The first layer selects; further layers can add to it. In the order of {@link DETECTORS}. */
function selectBuiltIn(documents: readonly PolicyDocument[]): readonly DetectorDefinition[] {
  const selected = new Set<DetectorDefinition>();
  const bar = Math.max(...documents.map(barOf));
  for (const [index, { settings }] of documents.entries()) {
    for (const detector of detectorsOf(selectionOf(settings.detectors, index === 0))) selected.add(detector);
  }
  return DETECTORS.filter(
    (detector) => selected.has(detector) && CONFIDENCES.indexOf(detector.confidence) <= bar,
  );
}

/** A base that names no detectors has the default ones, less those that the default leaves out. */
function selectionOf(
  { use, disable }: Pick<NonNullable<PolicyDocument["settings"]["detectors"]>, "use" | "disable"> = {},
  isBase: boolean,
): DetectorSelection {
  if (!isBase || use !== undefined) return { use: use ?? [], disable: disable ?? [] };
  return { use: DEFAULTS.detectors.use, disable: disable ?? DEFAULTS.detectors.disable };
}

/**
 * The least confidence that counts, as an index into {@link CONFIDENCES}. A further layer can lower it, for more
 * to be found, and says nothing where it leaves it out.
 */
function barOf({ settings }: PolicyDocument, index: number): number {
  const fallback: Confidence = index === 0 ? DEFAULTS.detectors.confidence : "certain";
  return CONFIDENCES.indexOf(settings.detectors?.confidence ?? fallback);
}

interface Opinion {
  readonly action: Action;
  readonly origin: Origin;
}

/**
 * What each layer wants findings of a detector to become. In each the detector's own action counts before that of
 * its class.
 */
function findingOpinions(
  { id, type, class: sensitivity }: DetectorDefinition,
  layers: readonly Layer[],
  custom: CustomDetector | undefined,
): readonly Opinion[] {
  const opinions = layers.flatMap(({ document, classes }): Opinion[] => {
    const opinion = (action: Action, ...path: KeyPath) => [{ action, origin: settingOf(document, path) }];
    const { actions = {} } = document.settings.detectors ?? {};
    const name = actions[id] === undefined ? type : id;
    const setting = actions[name];
    if (setting !== undefined) return opinion(compileAction(setting), "detectors", "actions", name);
    if (custom?.document === document && custom.action !== undefined)
      return opinion(custom.action, ...custom.path, "action");
    const action = classes[sensitivity];
    return action === undefined ? [] : opinion(action, "classes", sensitivity);
  });
  // A finding that overlaps with another's counts as one of the two. A detector that a further layer brings
  // must not take over what the base would have masked, and show some of it.
  if (custom !== undefined && custom.document !== layers[0]!.document)
    opinions.push({ action: MASK_ALL, origin: settingOf(custom.document, custom.path) });
  return opinions;
}

/**
 * What findings become of the opinions of all layers; undefined where they are left alone, and looking is idle. Serial
 * numbers of machines are looked for and kept, so that they are not taken for addresses.
 */
function findingAction(
  joined: Action,
  sensitivity: DetectorDefinition["class"],
  isBuiltIn: boolean,
): Action | undefined {
  switch (joined.kind) {
    case "keep":
    case "check":
    case "scan":
      if (sensitivity === "infrastructure" && isBuiltIn) return { kind: "keep" };
      // Scanning a class means that what is found of it is masked. With addresses it means leaving them.
      return sensitivity === "client_address" || sensitivity === "endpoint" ? undefined : MASK_ALL;
    case "truncate":
      return MASK_ALL;
    default:
      return joined;
  }
}

function settingOf(document: PolicyDocument, path: KeyPath): Origin {
  const line = lineIfWritten(document, path);
  return { kind: "setting", layer: document.source, path: formatKeyPath(path), line };
}

/** That of the opinion which says what all of them come to, or of all where none does. */
function decisiveOrigin(opinions: readonly Opinion[], joined: Action): Origin {
  const decisive = opinions.find(({ action }) => isDeepStrictEqual(action, joined));
  return decisive?.origin ?? { kind: "joined", of: opinions.map(({ origin }) => origin) };
}
