import type { Approval, GrantSet, TraceLeases } from "@scrim/grants";
import { PredicateAttributes } from "./predicate-attributes.ts";
import { SPAN_ATTRIBUTES } from "./span.ts";

/** Approves traces by the attributes of their local roots, as far as there are leases. */
export class RootApprover {
  readonly #grants: GrantSet;
  readonly #leases: TraceLeases;
  readonly #attributes = new PredicateAttributes();

  constructor(grants: GrantSet, leases: TraceLeases) {
    this.#grants = grants;
    this.#leases = leases;
  }

  /** Approves the trace whose local root is the span in `bytes[start, end)`, if a predicate is true of it and a trace is leased. */
  approve(traceId: string, bytes: Buffer, start: number, end: number): Approval | undefined {
    if (this.#grants.withPredicate.length === 0) return undefined;
    const grant = this.#grants.forRoot(this.#attributes.read(bytes, start, end, SPAN_ATTRIBUTES));
    if (grant === undefined || !this.#leases.take(grant)) return undefined;
    return this.#grants.approve(grant, traceId);
  }
}
