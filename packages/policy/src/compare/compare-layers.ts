import { isDeepStrictEqual } from "node:util";
import type { Layer } from "../layer.ts";
import { changeOf } from "./at-least.ts";
import { compareRules } from "./compare-rules.ts";
import type { PolicyDifference } from "./policy-difference.ts";

/** Differences of two layers in what they say of attributes and bodies. What they look for is compared for all layers together. */
export function compareLayers(before: Layer, after: Layer): readonly PolicyDifference[] {
  const differences: PolicyDifference[] = [];
  const [old, next] = [before.document.settings, after.document.settings];
  for (const key of ["unknown", "body"] as const) {
    const change = changeOf(before[key], after[key]);
    if (change !== undefined)
      differences.push({ path: key, change, before: json(before[key]), after: json(after[key]) });
  }
  for (const id of new Set([...Object.keys(before.classes), ...Object.keys(after.classes)])) {
    const [from, to] = [before, after].map(({ classes }) => (classes as Record<string, never>)[id]);
    const change = changeOf(from, to);
    if (change !== undefined)
      differences.push({ path: `classes.${id}`, change, before: json(from), after: json(to) });
  }
  differences.push(...compareRules(before, after));
  for (const [key, change] of [
    ["aliases", "weaker"], // a key that stands for another attribute is decided as that one, whatever it was before
    ["keys", "weaker"], // to whom values are sealed, and what pseudonyms are made with
    ["name", "other"],
  ] as const) {
    if (isDeepStrictEqual(old[key], next[key])) continue;
    differences.push({ path: key, change, before: json(old[key]), after: json(next[key]) });
  }
  return differences;
}

function json(setting: unknown): string | undefined {
  return setting === undefined ? undefined : JSON.stringify(setting);
}
