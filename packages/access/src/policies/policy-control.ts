import type { Control } from "../requests/control.ts";

/** What decisions on policies rest on. */
export interface PolicyControl extends Control {
  /** Whether a policy that weakens nothing needs somebody else's approval, too. */
  readonly stricterNeedsApproval: boolean;
}
