import {
  compileScanner,
  DETECTOR_PACKS,
  DETECTORS,
  type DetectorDefinition,
  detectorsOf,
  type Scanner,
  SUPPRESSION_LISTS,
} from "@scrim/detect";
import { didYouMean } from "@scrim/errors";
import type { Action } from "./action.ts";
import { compileAction } from "./compile-action.ts";
import { type CustomDetector, checkCustomDetectors, collectCustomDetectors } from "./custom-detector.ts";
import { DEFAULTS } from "./defaults.ts";
import { documentError, type PolicyDocument } from "./document.ts";
import type { KeyPath } from "./key-path.ts";
import { join, MASK_ALL } from "./lattice.ts";
import type { Layer } from "./layer.ts";

/** What to look for, and what findings become: of each detector in the scanner, an action by its id. */
export interface CompiledDetectors {
  readonly scanner: Scanner;
  readonly findings: ReadonlyMap<string, Action>;
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
  const detectors: DetectorDefinition[] = [];
  for (const detector of [...builtIn, ...custom.values().map(({ definition }) => definition)]) {
    const action = findingAction(detector, layers, custom.get(detector.id));
    if (action === undefined) continue;
    detectors.push(detector);
    findings.set(detector.id, action);
  }
  const suppress = (documents[0]?.settings.detectors?.suppress ?? []).map((id) => SUPPRESSION_LISTS[id]);
  return { scanner: compileScanner(detectors, { candidatesMax, suppress, wake }), findings };
}

/** Makes sure that `use`, `disable` and `actions` name what there is. */
function checkNames(document: PolicyDocument, custom: Iterable<string>): void {
  const { use = [], disable = [], actions = {} } = document.settings.detectors ?? {};
  const builtIn = new Set(DETECTORS.flatMap(({ id, type }) => [id, type]));
  const selectable = new Set([...DETECTOR_PACKS, ...builtIn]);
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
    hint: meant === undefined ? `packs are: ${DETECTOR_PACKS.join(", ")}` : `did you mean "${meant}"?`,
  });
}

/** The first layer selects; further layers can add to it. In the order of {@link DETECTORS}. */
function selectBuiltIn(documents: readonly PolicyDocument[]): readonly DetectorDefinition[] {
  const selected = new Set<DetectorDefinition>();
  for (const [index, { settings }] of documents.entries()) {
    const { use = index === 0 ? DEFAULTS.detectors.use : [], disable = [] } = settings.detectors ?? {};
    for (const detector of detectorsOf({ use, disable })) selected.add(detector);
  }
  return DETECTORS.filter((detector) => selected.has(detector));
}

/**
 * What findings of a detector become; undefined where they are left alone, and looking for them is idle. In
 * each layer the detector's own action counts before that of its class; layers are joined.
 */
function findingAction(
  { id, type, class: sensitivity }: DetectorDefinition,
  layers: readonly Layer[],
  custom: CustomDetector | undefined,
): Action | undefined {
  const opinions = layers.flatMap(({ document, classes }) => {
    const { actions = {} } = document.settings.detectors ?? {};
    const setting = actions[id] ?? actions[type];
    if (setting !== undefined) return compileAction(setting);
    return (custom?.document === document ? custom.action : undefined) ?? classes[sensitivity] ?? [];
  });
  // A finding that overlaps with another's counts as one of the two. A detector that a further layer brings
  // must not take over what the base would have masked, and show some of it.
  if (custom !== undefined && custom.document !== layers[0]!.document) opinions.push(MASK_ALL);
  const joined = opinions.reduce(join); // never of nothing: the base has an opinion on every class
  switch (joined.kind) {
    case "keep":
    case "check":
    case "scan":
      // Scanning a class means that what is found of it is masked. With addresses it means leaving them.
      return sensitivity === "client_address" || sensitivity === "endpoint" ? undefined : MASK_ALL;
    case "truncate":
      return MASK_ALL;
    default:
      return joined;
  }
}
