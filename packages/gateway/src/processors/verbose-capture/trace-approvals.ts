import { type Approval, type GrantSet, TOKEN_LENGTH } from "@scrim/grants";
import type { ApprovedBy, CaptureCounts } from "./capture-metrics.ts";
import type { SeenTokens } from "./seen-tokens.ts";

export interface FoundApproval {
  readonly approval: Approval;
  readonly by: ApprovedBy;
}

/** Finds out who approved a trace. */
export class TraceApprovals {
  readonly #grants: GrantSet;
  readonly #seen: SeenTokens | undefined;
  readonly #counts: CaptureCounts;

  /** `seen` are the tokens of spans, where all of a trace comes by here. */
  constructor(grants: GrantSet, seen: SeenTokens | undefined, counts: CaptureCounts) {
    this.#grants = grants;
    this.#seen = seen;
    this.#counts = counts;
  }

  /** Whether no trace at all is approved. */
  get isEmpty(): boolean {
    return this.#grants.isEmpty;
  }

  /** What the token on a record or span proves. */
  ofToken(token: string, traceId: string): Approval | undefined {
    const approval = token.length === TOKEN_LENGTH ? this.#grants.forToken(token, traceId) : undefined;
    if (approval === undefined) this.#counts.refusedToken();
    return approval;
  }

  /** What is known of a trace without a token. */
  ofTrace(traceId: string): FoundApproval | undefined {
    const seen = this.#seen?.tokenOf(traceId);
    const approval =
      this.#grants.forTraceId(traceId) ??
      (seen === undefined ? undefined : this.#grants.forToken(seen, traceId));
    return approval === undefined ? undefined : { approval, by: "trace" };
  }
}
