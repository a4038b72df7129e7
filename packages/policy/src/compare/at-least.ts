import { isDeepStrictEqual } from "node:util";
import type { Action } from "../action.ts";
import { changesValue } from "../decision.ts";
import { join } from "../lattice.ts";
import type { Decision } from "../plan.ts";
import type { Change } from "./policy-difference.ts";

/** No opinion: what is under every other. */
const NOTHING: Action = { kind: "keep" };

/** Whether an action goes as far as another, whatever the value. */
export function isAtLeast(action: Action | undefined, other: Action | undefined): boolean {
  const [strict, loose] = [action ?? NOTHING, other ?? NOTHING];
  return isDeepStrictEqual(join(loose, strict), strict);
}

/** What a value becomes, and a number where the action is for texts. */
export type Outcome = Pick<Decision, "action" | "onNonString">;

/** The same for values that are numbers, too: one that became a text shows more than one that is gone. */
export function goesAsFar(outcome: Outcome, other: Outcome): boolean {
  return (
    isAtLeast(outcome.action, other.action) &&
    (outcome.onNonString === "drop" || other.onNonString === "stringify" || !changesValue(other.action))
  );
}

/** What the step from one action to another is; undefined where they are the same. */
export function changeOf(before: Action | undefined, after: Action | undefined): Change | undefined {
  if (isDeepStrictEqual(before, after)) return undefined;
  return isAtLeast(after, before) ? "stronger" : "weaker";
}
