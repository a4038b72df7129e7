import { isDeepStrictEqual } from "node:util";
import type { Action } from "./action.ts";
import { join, restrictiveness } from "./lattice.ts";
import type { Decision, Origin } from "./plan.ts";

/**
 * What several opinions decide together, at least one. The action is their join. Where that is what one of
 * them says, it is the decision, origin and all; else it comes from all that go the furthest.
 */
export function joinDecisions(decisions: readonly Decision[]): Decision {
  const first = decisions[0]!;
  if (decisions.length === 1) return first;
  const action = decisions.map((decision) => decision.action).reduce(join);
  const onNonString = joinOnNonString(decisions);
  const decisive = decisions.find((decision) => isDeepStrictEqual(decision.action, action));
  if (decisive !== undefined) return { ...decisive, onNonString };
  const furthest = Math.max(...decisions.map((decision) => restrictiveness(decision.action)));
  const origins = decisions.filter((decision) => restrictiveness(decision.action) === furthest);
  return {
    ...origins[0]!,
    action,
    onNonString,
    origin: { kind: "joined", of: origins.map(({ origin }) => origin) },
  };
}

/** Numbers become strings only if all who would change the value want that. */
function joinOnNonString(decisions: readonly Decision[]): Decision["onNonString"] {
  const asked = decisions.filter(({ action }) => changesValue(action));
  const wantsString = asked.length > 0 && asked.every(({ onNonString }) => onNonString === "stringify");
  return wantsString ? "stringify" : "drop";
}

/** False for the actions that leave a value alone in which nothing is found. */
export function changesValue({ kind }: Action): boolean {
  return kind !== "keep" && kind !== "check" && kind !== "scan";
}

/**
 * Whether the decision for the key of a map or list is one about all that is in it. Otherwise what is inside
 * is decided key by key: under a key that nobody knows may stand one that somebody does, and a template's
 * name (`http.request.header`) stands for the keys below it.
 */
export function isForWhole({ action, origin }: Decision): boolean {
  return changesValue(action) && namesKey(origin);
}

function namesKey(origin: Origin): boolean {
  switch (origin.kind) {
    case "rule":
      return true;
    case "catalogue":
      return !(origin.entry.template && origin.via === "exact");
    case "joined":
      return origin.of.some(namesKey);
    default:
      return false;
  }
}
