import type { Action, Generalization, MaskStyle } from "./action.ts";

export const MASK_ALL: Action = { kind: "mask", style: { style: "all" } };

/** Steps from the freest to the strictest. On the step of the partial ones, two that differ are not comparable. */
const PARTIAL = 3;
const STEP: Readonly<Record<Action["kind"], number>> = {
  keep: 0,
  check: 1,
  scan: 2,
  mask: PARTIAL, // unless everything is masked
  replace: PARTIAL,
  pseudonym: PARTIAL,
  seal: PARTIAL,
  generalize: PARTIAL,
  truncate: PARTIAL,
  hash: PARTIAL,
  drop: 5,
};

/** How restrictive an action is: 0 keep, 1 check, 2 scan, 3 the value partly or otherwise shown, 4 masked, 5 dropped. */
export function restrictiveness(action: Action): number {
  return action.kind === "mask" && action.style.style === "all" ? PARTIAL + 1 : STEP[action.kind];
}

/**
 * The least restrictive action that is at least as restrictive as both: what two layers of policy agree on.
 * Two that show different parts of a value join to masking all of it, except where one shows a part of what
 * the other shows (shorter prefixes, fewer characters, fewer bytes).
 *
 * Commutative, associative and idempotent, so layers can be joined in any order.
 */
export function join(a: Action, b: Action): Action {
  const stepA = restrictiveness(a);
  const stepB = restrictiveness(b);
  if (stepA !== stepB) return stepA > stepB ? a : b;
  if (stepA !== PARTIAL) return a;
  return joinPartial(a, b) ?? MASK_ALL;
}

function joinPartial(a: Action, b: Action): Action | undefined {
  if (a.kind === "mask" && b.kind === "mask") {
    const style = joinStyles(a.style, b.style);
    return style && { kind: "mask", style };
  }
  if (a.kind === "generalize" && b.kind === "generalize") {
    const to = joinGeneralizations(a.to, b.to);
    return Object.keys(to).length > 0 ? { kind: "generalize", to } : undefined;
  }
  if (a.kind === "truncate" && b.kind === "truncate") return a.bytes < b.bytes ? a : b;
  if (a.kind === "replace" && b.kind === "replace") return a.with === b.with ? a : undefined;
  return a.kind === b.kind ? a : undefined;
}

function joinStyles(a: MaskStyle, b: MaskStyle): MaskStyle | undefined {
  if (a.style !== b.style) return undefined;
  if ("characters" in a && "characters" in b) return a.characters < b.characters ? a : b;
  return a;
}

const DATE_UNITS = ["year", "month", "day"] as const;

/**
 * Part by part. A part that only one side has is left out, so that values of its shape are masked, as the
 * other side wants; so is one on which both insist on different buckets, neither of which is the coarser
 * (15 tells 14 from 15, which 10 does not).
 */
function joinGeneralizations(a: Generalization, b: Generalization): Generalization {
  const to: { -readonly [Part in keyof Generalization]: Generalization[Part] } = {};
  if (a.ipv4_prefix !== undefined && b.ipv4_prefix !== undefined) {
    to.ipv4_prefix = Math.min(a.ipv4_prefix, b.ipv4_prefix);
  }
  if (a.ipv6_prefix !== undefined && b.ipv6_prefix !== undefined) {
    to.ipv6_prefix = Math.min(a.ipv6_prefix, b.ipv6_prefix);
  }
  if (a.date !== undefined && b.date !== undefined) {
    to.date = DATE_UNITS.find((unit) => unit === a.date || unit === b.date)!;
  }
  if (a.bucket !== undefined && a.bucket === b.bucket) to.bucket = a.bucket;
  if (a.url !== undefined && a.url === b.url) to.url = a.url;
  return to;
}
