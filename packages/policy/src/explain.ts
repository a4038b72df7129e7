import { type CatalogueEntry, resolveAttribute } from "@scrim/semconv";
import type { Action } from "./action.ts";
import { conditionsThatHold } from "./condition.ts";
import type { Decision, Origin, Plan } from "./plan.ts";

export interface Question {
  /** Attribute key or path. */
  readonly key: string;
  /** Resource attributes, for the `where` clauses of rules. */
  readonly resource?: Readonly<Record<string, string>>;
}

/** What happens to an attribute, and why. */
export interface Explanation {
  readonly key: string;
  readonly decision: Decision;
  /** Where the decision comes from: `rules[2] (shop.yaml:14)`. */
  readonly origin: string;
  /** What the catalogue knows of the key, also where it did not decide. */
  readonly entry: CatalogueEntry | undefined;
  /** How the catalogue recognised the key. */
  readonly via: string | undefined;
  /** How to get another decision. */
  readonly change: string;
}

/** What findings of a detector become, and why. */
export interface FindingExplanation {
  readonly detector: string;
  readonly action: Action;
  readonly origin: string;
  readonly change: string;
}

/**
 * Explains the decision for one attribute.
 *
 * @example
 * ```ts
 * import { defaultPlan, explain } from "@scrim/policy";
 * const { decision, origin } = explain(defaultPlan(), { key: "customer.full_name" });
 * console.log(decision.action.kind, origin); // mask class direct_identifier of user.full_name, by leaf (default policy)
 * ```
 */
export function explain(plan: Plan, { key, resource = {} }: Question): Explanation {
  const holds = conditionsThatHold(plan.conditions, new Map(Object.entries(resource)));
  return explainDecision(key, plan.decide(key, holds));
}

/** Explains a decision that was taken for `key`, by whoever took it. */
export function explainDecision(key: string, decision: Decision): Explanation {
  const { origin } = decision;
  const resolved = origin.kind === "catalogue" ? origin : resolveAttribute(key);
  return {
    key,
    decision,
    origin: describeOrigin(origin),
    entry: resolved?.entry,
    via: resolved?.via,
    change: describeChange(decision),
  };
}

/** Explains what becomes of the findings of a detector; undefined for one that the policy doesn't look for. */
export function explainFinding(plan: Plan, detector: string): FindingExplanation | undefined {
  const action = plan.findings.get(detector);
  const origin = plan.findingOrigins.get(detector);
  if (action === undefined || origin === undefined) return undefined;
  const change = `set detectors.actions.${detector}, or have it in detectors.disable`;
  return { detector, action, origin: describeOrigin(origin), change };
}

/** Where a decision comes from, on one line. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case "rule":
    case "setting":
      return `${origin.path} ${placeOf(origin)}`;
    case "catalogue":
      return `class ${origin.entry.class} of ${origin.entry.name}, by ${origin.via} ${placeOf(origin)}`;
    case "unknown":
    case "body":
      return `${origin.kind} ${placeOf(origin)}`;
    case "text":
      return "text that stands under no key";
    case "joined":
      return origin.of.map(describeOrigin).join(" and ");
  }
}

function placeOf({ layer, line }: { readonly layer: string; readonly line?: number | undefined }): string {
  return line === undefined ? `(${layer})` : `(${layer}:${line})`;
}

function describeChange({ action, origin }: Decision): string {
  switch (origin.kind) {
    case "rule":
      return `change ${origin.path}, or put a rule before it`;
    case "setting":
      return `change ${origin.path}`;
    case "catalogue":
      return `add a rule for this attribute, or change classes.${origin.entry.class}`;
    case "unknown":
      return "add a rule, or an alias that says which attribute this is";
    case "body":
      return "change body, or add a rule for a key inside it";
    case "text":
      return "choose other detectors: no rule is for text without a key";
    case "joined":
      return `layers differ and join to ${action.kind}: make them agree`;
  }
}
