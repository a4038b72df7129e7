import { conditionsThatHold, type Holds, type Plan } from "@scrim/policy";
import { fieldRanges, type Range } from "./field-ranges.ts";

/** Maps inside one another that are read for conditions. */
const DEPTH_MAX = 8;
/** Times that one attribute may come and still be tried. */
const COPIES_MAX = 16;

/**
 * Which conditions of the plan hold for what carries a resource: `ResourceLogs` and its like, in `range`. Flat
 * and nested spellings are the same key. Where an attribute comes twice, decoders disagree about which counts,
 * so each may fulfil a condition.
 */
export function conditionsOf(plan: Plan, bytes: Buffer, range: Range): Holds {
  if (plan.conditions.length === 0) return 0;
  const found = new Map<string, string[]>();
  const wanted = new Set(plan.conditions.flatMap((condition) => [...condition.resource.keys()]));
  for (const resource of fieldRanges(bytes, range, 1)) {
    for (const attribute of fieldRanges(bytes, resource, 1)) collect(bytes, attribute, "", 0, wanted, found);
  }
  let holds = conditionsThatHold(plan.conditions, new Map());
  const copies = Math.min(COPIES_MAX, Math.max(0, ...[...found.values()].map((values) => values.length)));
  for (let copy = 0; copy < copies; copy++) {
    const attributes = new Map(
      [...found].map(([key, values]) => [key, values[Math.min(copy, values.length - 1)]!]),
    );
    holds |= conditionsThatHold(plan.conditions, attributes);
  }
  return holds;
}

/** String values of a `KeyValue`, by path: key 1, value 2; in the value string 1, map 6; in a map members 1. */
function collect(
  bytes: Buffer,
  attribute: Range,
  prefix: string,
  depth: number,
  wanted: ReadonlySet<string>,
  found: Map<string, string[]>,
): void {
  const values = fieldRanges(bytes, attribute, 2);
  const keys = fieldRanges(bytes, attribute, 1).slice(0, COPIES_MAX);
  for (const key of keys) {
    const path = prefix + bytes.toString("utf8", ...key);
    if (wanted.has(path)) {
      const texts = values.slice(0, COPIES_MAX).flatMap((value) => fieldRanges(bytes, value, 1));
      const read = texts.map((text) => bytes.toString("utf8", ...text));
      found.set(path, [...(found.get(path) ?? []), ...read].slice(0, COPIES_MAX));
    }
    if (depth === DEPTH_MAX || ![...wanted].some((name) => name.startsWith(`${path}.`))) continue;
    for (const map of values.flatMap((value) => fieldRanges(bytes, value, 6))) {
      for (const member of fieldRanges(bytes, map, 1))
        collect(bytes, member, `${path}.`, depth + 1, wanted, found);
    }
  }
}
