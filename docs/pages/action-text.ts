import type { Action } from "@scrim/policy";

/** An action as people say it. */
export function actionText(action: Action): string {
  switch (action.kind) {
    case "check":
      return "keep, unless a detector is certain";
    case "scan":
      return "scan";
    case "mask":
      return action.style.style === "all" ? "mask" : `mask (${action.style.style})`;
    case "generalize":
      return "generalize";
    default:
      return action.kind;
  }
}
