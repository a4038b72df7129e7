import type { Approval, GrantSet } from "@scrim/grants";
import { PredicateAttributes } from "./predicate-attributes.ts";

/** Approves traces with errors, under grants for them. */
export class ErrorApprover {
  readonly #grants: GrantSet;
  readonly #attributes = new PredicateAttributes();

  constructor(grants: GrantSet) {
    this.#grants = grants;
  }

  /** Whether any grant is for errors; else they need not be looked for. */
  get isAny(): boolean {
    return this.#grants.isForErrors;
  }

  /** Approves the trace of the record or span in `bytes[start, end)`, whose attributes stand in the field given, as far as a rate allows. */
  approve(
    traceId: string,
    bytes: Buffer,
    start: number,
    end: number,
    attributes: number,
  ): Approval | undefined {
    return this.#grants.approveError(traceId, this.#attributes.read(bytes, start, end, attributes));
  }
}
