import type { IssuedSignal } from "../records/items-of.ts";

/** What the issuer knows of a request. Without an answer it can't know whether anybody has it. */
export type RequestOutcome = "acknowledged" | "refused" | "unanswered";

/** One request that carried records, however often it was sent. */
export interface IssuedRequest {
  readonly lane: string;
  readonly signal: IssuedSignal;
  readonly numbers: readonly number[];
  /** What was sent, in protobuf. */
  readonly bytes: Buffer;
  readonly issued_ms: number;
  /** How often it went out, retries of the exporter included. */
  sent: number;
  /** Undefined while it is on its way. */
  outcome: RequestOutcome | undefined;
  /** When the outcome was known, by the monotonic clock. */
  ended_ms: number | undefined;
}

/** Everything that was issued, and what the issuer was told about it. */
export class Journal {
  readonly requests: IssuedRequest[] = [];
  #numbers = 0;

  nextNumber(): number {
    this.#numbers++;
    return this.#numbers;
  }

  begin(lane: string, signal: IssuedSignal, numbers: readonly number[], bytes: Buffer): IssuedRequest {
    const request: IssuedRequest = {
      lane,
      signal,
      numbers,
      bytes,
      issued_ms: performance.now(),
      sent: 0,
      outcome: undefined,
      ended_ms: undefined,
    };
    this.requests.push(request);
    return request;
  }

  end(request: IssuedRequest, outcome: RequestOutcome): void {
    request.outcome = outcome;
    request.ended_ms = performance.now();
  }
}
