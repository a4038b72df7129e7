import { SENSITIVITY_CLASSES, type SensitivityClass } from "@scrim/detect";
import { covers, mayOverlap } from "../attribute-pattern.ts";
import { compileAction } from "../compile-action.ts";
import type { Layer } from "../layer.ts";
import type { RuleSetting } from "../schema.ts";
import { goesAsFar, type Outcome } from "./at-least.ts";
import type { Change, PolicyDifference } from "./policy-difference.ts";

/*
 * One list of rules is made into the other step by step: actions change, rules are put in, rules are taken out. Each step that is certain to let
 * nothing more leave is stronger, and so are all of them together; any other is weaker.
 */

interface Rule {
  readonly setting: RuleSetting;
  /** Says what it is about: rules that differ in what they do alone are the same. */
  readonly about: string;
  /** Patterns without exclusions. */
  readonly names: readonly string[];
  readonly hasExclusions: boolean;
  readonly where: string | undefined;
  readonly outcome: Outcome;
}

/** Differences of the rules of two layers. What no rule decides is decided by `after` in both: defaults are compared elsewhere. */
export function compareRules(before: Layer, after: Layer): readonly PolicyDifference[] {
  const old = (before.document.settings.rules ?? []).map(ruleOf);
  const next = (after.document.settings.rules ?? []).map(ruleOf);
  const pairs = longestCommon(old, next);
  const defaults = defaultsOf(after);
  const hasAliases = after.aliases.size > 0;
  const differences: PolicyDifference[] = [];
  const add = (index: number, change: Change, from: Rule | undefined, to: Rule | undefined) =>
    differences.push({ path: `rules[${index}]`, change, before: textOf(from), after: textOf(to) });

  const list: Rule[] = [...old];
  for (const [from, to] of pairs) {
    list[from] = next[to]!;
    if (textOf(old[from]) === textOf(next[to])) continue;
    const isStronger = goesAsFar(next[to]!.outcome, old[from]!.outcome);
    add(to, isStronger ? "stronger" : "weaker", old[from], next[to]);
  }
  const kept = new Map(pairs.map(([from, to]) => [to, from]));
  const gone = old.filter((_, index) => !pairs.some(([from]) => from === index));
  let at = 0;
  for (const [index, rule] of next.entries()) {
    const from = kept.get(index);
    if (from !== undefined) {
      at = list.indexOf(next[index]!) + 1;
      continue;
    }
    const { isIdle, outcomes } = otherwise(rule, list, at, defaults, hasAliases);
    const isStronger = outcomes.every((outcome) => goesAsFar(rule.outcome, outcome));
    add(index, isIdle ? "other" : isStronger ? "stronger" : "weaker", undefined, rule);
    list.splice(at, 0, rule);
    at++;
  }
  for (const rule of gone) {
    const position = list.indexOf(rule);
    list.splice(position, 1);
    const { isIdle, outcomes } = otherwise(rule, list, position, defaults, hasAliases);
    const isStronger = outcomes.every((outcome) => goesAsFar(outcome, rule.outcome));
    add(old.indexOf(rule), isIdle ? "other" : isStronger ? "stronger" : "weaker", rule, undefined);
  }
  return differences;
}

function ruleOf(setting: RuleSetting): Rule {
  const patterns = [setting.attribute].flat();
  const where = setting.where && JSON.stringify(Object.entries(setting.where.resource).toSorted());
  return {
    setting,
    about: JSON.stringify([patterns, where]),
    names: patterns.filter((pattern) => !pattern.startsWith("!")),
    hasExclusions: patterns.some((pattern) => pattern.startsWith("!")),
    where,
    outcome: { action: compileAction(setting.action), onNonString: setting.on_non_string ?? "drop" },
  };
}

/** All that may become of what no rule decides, of whatever class it is. A further layer may have no opinion. */
function defaultsOf({ classes, unknown }: Layer): readonly Outcome[] {
  const ids = Object.keys(SENSITIVITY_CLASSES) as SensitivityClass[];
  return [...ids.map((id) => classes[id]), unknown].map((action) => ({
    action: action ?? { kind: "keep" },
    onNonString: "drop",
  }));
}

/** What may become of a rule's attributes where it does not stand at `position`; idle where it never decides there. */
function otherwise(
  rule: Rule,
  list: readonly Rule[],
  position: number,
  defaults: readonly Outcome[],
  hasAliases: boolean,
): { readonly isIdle: boolean; readonly outcomes: readonly Outcome[] } {
  if (list.slice(0, position).some((earlier) => takesAll(earlier, rule)))
    return { isIdle: true, outcomes: [] };
  const outcomes: Outcome[] = [];
  for (const later of list.slice(position)) {
    if (!hasAliases && !overlap(later, rule)) continue;
    outcomes.push(later.outcome);
    if (takesAll(later, rule)) return { isIdle: false, outcomes };
  }
  return { isIdle: false, outcomes: [...outcomes, ...defaults] };
}

/** Whether one rule matches all that another does. False where that is not certain. */
function takesAll(wide: Rule, narrow: Rule): boolean {
  if (wide.hasExclusions || (wide.where !== undefined && wide.where !== narrow.where)) {
    return wide.about === narrow.about;
  }
  return narrow.names.every((name) => wide.names.some((pattern) => covers(pattern, name)));
}

function overlap(one: Rule, other: Rule): boolean {
  return one.names.some((name) => other.names.some((pattern) => mayOverlap(name, pattern)));
}

/** Indexes of the rules that are about the same in both lists, in the order of both: as many as there can be. */
function longestCommon(old: readonly Rule[], next: readonly Rule[]): readonly (readonly [number, number])[] {
  const width = next.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width); // a policy has at most 1,000 rules
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = next.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        old[i]!.about === next[j]!.about
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < old.length && j < next.length; ) {
    if (old[i]!.about === next[j]!.about) pairs.push([i++, j++]);
    else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++;
    else j++;
  }
  return pairs;
}

function textOf(rule: Rule | undefined): string | undefined {
  return rule && JSON.stringify(rule.setting);
}
