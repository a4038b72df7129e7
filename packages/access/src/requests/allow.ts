import type { ActInProgress } from "../acts/act-in-progress.ts";
import type { Action, Resource } from "../authorization/resource.ts";
import { Refusal } from "../http/refusal.ts";
import type { Control } from "./control.ts";

/**
 * Has the policies decide whether who acts may do this; the ids of those that decided, for the entry.
 *
 * @throws {Refusal} `unknown` for what it may not even see; `own_request`, `forbidden`
 */
export function allow(
  { authorize }: Control,
  { by }: ActInProgress,
  action: Action,
  resource: Resource,
): readonly string[] {
  if (by === undefined) throw new Refusal("forbidden");
  const { isAllowed, policies } = authorize(by, action, resource);
  if (isAllowed) return policies;
  const read = READ[resource.type];
  if (
    read !== undefined &&
    read !== action &&
    !SEES_ITSELF.has(action) &&
    !authorize(by, read, resource).isAllowed
  )
    throw new Refusal("unknown");
  throw new Refusal(isOwn(by.people, resource) && DECISIONS.has(action) ? "own_request" : "forbidden");
}

const READ: Readonly<Partial<Record<Resource["type"], Action>>> = {
  Request: "request.read",
  Grant: "grant.read",
  Policy: "policy.read",
};

/** What is asked for here is there for nobody else to see yet. */
const SEES_ITSELF: ReadonlySet<Action> = new Set(["request.create", "break_glass.create", "policy.propose"]);

const DECISIONS: ReadonlySet<Action> = new Set([
  "request.approve",
  "request.deny",
  "break_glass.review",
  "policy.approve",
  "policy.deny",
]);

/** Whether somebody is among the people behind it: asked here too, whatever the policies say. */
export function isOwn(people: readonly string[], resource: Resource): boolean {
  return "people" in resource && people.some((person) => resource.people.includes(person));
}
