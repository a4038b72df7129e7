import { generateKeyPairSync } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type CompileOptions, compilePolicy, KEY_BYTES_MIN } from "../compile.ts";
import { createConditionTable } from "../condition.ts";
import { DEFAULT_POLICY } from "../default-policy.ts";
import { DEFAULTS } from "../defaults.ts";
import type { PolicyDocument } from "../document.ts";
import { compileBase, compileOverlay, type Layer } from "../layer.ts";
import type { Plan } from "../plan.ts";
import { compareDetectors } from "./compare-detectors.ts";
import { compareLayers } from "./compare-layers.ts";
import type { Change, PolicyDifference } from "./policy-difference.ts";

/**
 * What changes where one policy takes the place of another, and whether it lets more leave: `weaker` says that it does, or that nobody can tell.
 * Both are layers, base first; without any it is the default policy. Their keys are not read.
 *
 * No `weaker` among the answers means that no attribute, body or finding gets an action that shows more than the one before, as the lattice of
 * {@link join} has it.
 *
 * @throws {OperatingError} `POLICY_INVALID`, `DETECTOR_INVALID` where one of the two can't be compiled
 * @example
 * ```ts
 * import { comparePolicies, parsePolicy } from "@scrim/policy";
 * const before = parsePolicy("version: 1\nclasses: { payload: mask }", "before.yaml");
 * const after = parsePolicy("version: 1\nclasses: { payload: scan }", "after.yaml");
 * console.log(comparePolicies([before], [after])[0]?.change); // weaker
 * ```
 */
export function comparePolicies(
  before: readonly PolicyDocument[],
  after: readonly PolicyDocument[],
): readonly PolicyDifference[] {
  const keys = standInKeys();
  const old = { layers: layersOf(before), plan: compilePolicy(before, keys) };
  const next = { layers: layersOf(after), plan: compilePolicy(after, keys) };
  const differences = pairedLayers(old.layers, next.layers).flatMap(compareAt);
  const classChanges = new Map<string, Change>(differences.map(({ path, change }) => [path, change]));
  return [
    ...differences,
    ...compareDetectors(old.plan, next.plan, classChanges),
    ...compareSuppressed(old.layers[0]!, next.layers[0]!),
    ...compareLimits(old.plan, next.plan),
  ];
}

/** Enough to compile with; what they are changes nothing that is compared. */
function standInKeys(): CompileOptions {
  return {
    pseudonymKey: { version: 1, secret: Buffer.alloc(KEY_BYTES_MIN) },
    sealKey: { recipient: generateKeyPairSync("x25519").publicKey, tenant: DEFAULTS.tenant },
  };
}

function layersOf([base = DEFAULT_POLICY, ...overlays]: readonly PolicyDocument[]): readonly Layer[] {
  return [
    compileBase(base, createConditionTable()),
    ...overlays.map((overlay) => compileOverlay(overlay, createConditionTable())),
  ];
}

interface LayerPair {
  readonly index: number;
  readonly before: Layer | undefined;
  readonly after: Layer | undefined;
}

/** Bases, then further layers: the ones that say the same, wherever they stand, and the rest in their order. */
function pairedLayers(before: readonly Layer[], after: readonly Layer[]): readonly LayerPair[] {
  const left = before.slice(1);
  const rest: { readonly index: number; readonly layer: Layer }[] = [];
  for (const [index, layer] of after.entries()) {
    if (index === 0) continue;
    const same = left.findIndex((each) => isDeepStrictEqual(each.document.settings, layer.document.settings));
    if (same >= 0) left.splice(same, 1);
    else rest.push({ index, layer });
  }
  const changed = rest.map(({ index, layer }, at) => ({ index, before: left[at], after: layer }));
  const gone = left.slice(rest.length).map((layer) => ({
    index: before.indexOf(layer),
    before: layer,
    after: undefined,
  }));
  return [{ index: 0, before: before[0], after: after[0] }, ...changed, ...gone];
}

function compareAt({ index, before, after }: LayerPair): readonly PolicyDifference[] {
  const path = `layers[${index}]`;
  // A further layer can only tighten, so one that comes does, and one that goes had.
  if (before === undefined) return [{ path, change: "stronger", before: undefined, after: nameOf(after!) }];
  if (after === undefined) return [{ path, change: "weaker", before: nameOf(before), after: undefined }];
  const differences = compareLayers(before, after);
  return index === 0
    ? differences
    : differences.map((difference) => ({ ...difference, path: `${path}.${difference.path}` }));
}

function nameOf({ document: { settings, source } }: Layer): string {
  return JSON.stringify(settings.name ?? source);
}

function compareSuppressed(before: Layer, after: Layer): readonly PolicyDifference[] {
  const [old, next] = [before, after].map(({ document }) => document.settings.detectors?.suppress ?? []);
  if (isDeepStrictEqual(new Set(old), new Set(next))) return [];
  const change = next!.every((list) => old!.includes(list)) ? "stronger" : "weaker";
  return [{ path: "detectors.suppress", change, before: JSON.stringify(old), after: JSON.stringify(next) }];
}

/** What is past a limit is withheld, so the smaller one shows less. */
function compareLimits(before: Plan, after: Plan): readonly PolicyDifference[] {
  const names = Object.keys(before.limits) as (keyof Plan["limits"])[];
  return names.flatMap((name) => {
    const [old, next] = [before.limits[name], after.limits[name]];
    if (old === next) return [];
    const change: Change = next < old ? "stronger" : "weaker";
    return [{ path: `limits.${name}`, change, before: String(old), after: String(next) }];
  });
}
