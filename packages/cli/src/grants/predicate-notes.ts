import { type Predicate, type StartKey, startKeysOf } from "@scrim/grants";

/** What whoever creates a grant should know of its predicate. */
export interface PredicateNote {
  readonly kind: "warning" | "note";
  readonly message: string;
  readonly hint?: string;
}

const APPROVE =
  "a predicate sees what a root span begins with; for what is known later, let the application call approve(context, attributes)";

/** Keys that root spans don't begin with, and keys that callers write. */
export function predicateNotes(predicate: Predicate): readonly PredicateNote[] {
  const keys = startKeysOf(predicate);
  const controlled = keys.filter(({ isCallerControlled }) => isCallerControlled).map(({ key }) => key);
  const notes = keys.flatMap(noteOf);
  if (controlled.length === 0) return notes;
  const message = `callers write ${controlled.join(", ")}: who sends such requests can use the traces up`;
  return [...notes, { kind: "note", message }];
}

function noteOf({ key, isKnown, only }: StartKey): PredicateNote[] {
  switch (isKnown) {
    case "always":
      return [];
    case "only":
      return [
        {
          kind: "warning",
          message: `${key} is known at the start only if ${only.join(", or ")}`,
          hint: APPROVE,
        },
      ];
    case "no":
      return [
        {
          kind: "warning",
          message: `${key} is not known when a root span begins, unless the application's own hooks set it`,
          hint: APPROVE,
        },
      ];
  }
}
