import { isDeepStrictEqual } from "node:util";
import type { DetectorDefinition } from "@scrim/detect";
import type { Plan } from "../plan.ts";
import { changeOf, isAtLeast } from "./at-least.ts";
import type { Change, PolicyDifference } from "./policy-difference.ts";

/**
 * Differences in what is looked for, and in what findings become, of all layers together. What follows from a class alone, and does to findings what it
 * does to attributes, is left out: `classChanges` says it.
 */
export function compareDetectors(
  before: Plan,
  after: Plan,
  classChanges: ReadonlyMap<string, Change>,
): readonly PolicyDifference[] {
  const differences: PolicyDifference[] = [];
  for (const id of new Set([...before.findings.keys(), ...after.findings.keys()])) {
    const change = changeOfDetector(before, after, id);
    if (change === undefined || followsFromClass(before, after, id, change, classChanges)) continue;
    differences.push({
      path: `detectors.${id}`,
      change,
      before: textOf(before, id),
      after: textOf(after, id),
    });
  }
  return differences;
}

function changeOfDetector(before: Plan, after: Plan, id: string): Change | undefined {
  const [old, next] = [before.findings.get(id), after.findings.get(id)];
  if (next === undefined) return "weaker";
  if (old === undefined) {
    // Of findings that overlap one counts: a new one must not show what another's would have hidden.
    const isStrictest = after.findings.values().every((action) => isAtLeast(next, action));
    return isStrictest ? "stronger" : "weaker";
  }
  if (!isDeepStrictEqual(definitionOf(before, id), definitionOf(after, id))) return "weaker";
  return changeOf(old, next);
}

/** Without where it is defined: the same detector in another file finds the same. */
function definitionOf(plan: Plan, id: string): Omit<DetectorDefinition, "source"> | undefined {
  const definition = plan.scanner.detectors.find((detector) => detector.id === id);
  if (definition === undefined) return undefined;
  const { source, ...rest } = definition;
  return rest;
}

function followsFromClass(
  before: Plan,
  after: Plan,
  id: string,
  change: Change,
  classChanges: ReadonlyMap<string, Change>,
): boolean {
  if (!before.findings.has(id) || !after.findings.has(id)) return false;
  return [before, after].every((plan) => {
    const origin = plan.findingOrigins.get(id);
    return (
      origin?.kind === "setting" &&
      origin.path.startsWith("classes.") &&
      classChanges.get(origin.path) === change
    );
  });
}

function textOf(plan: Plan, id: string): string | undefined {
  const action = plan.findings.get(id);
  return action && JSON.stringify(action);
}
