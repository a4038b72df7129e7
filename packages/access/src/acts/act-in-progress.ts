import type { AuditEvent } from "@scrim/audit";
import type { Principal } from "../directory/principal.ts";
import type { Transaction } from "../store/store.ts";

/** An entry without who did it and which act it belongs to, which are known. */
export type ActEvent = Omit<AuditEvent, "actor" | "acting_for">;

/** An act while it is under way. Nothing of it is seen by others before all of it is kept and logged. */
export interface ActInProgress {
  readonly transaction: Transaction;
  /** Who does it; undefined where the clock does. */
  readonly by: Principal | undefined;
  /** Seconds since 1970; one time for all of the act. */
  readonly nowS: number;
  /** Says what is done. What has no entry may change nothing but counts. */
  audit(event: ActEvent): void;
  /** Says what the clock, or a rule, has done. */
  auditAlone(event: ActEvent): void;
  /** Names the document that a repeat of the request is answered with; also where this finds nothing left to do, since the clock may have. */
  answerWith(subject: string): void;
}
