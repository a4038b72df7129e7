/** Why requests are refused: the status, and what is said of it. Nothing of a request is. */
export const REFUSALS = {
  malformed: { status: 400, title: "the request can't be read" },
  unauthenticated: { status: 401, title: "credentials are needed that are known here" },
  forbidden: { status: 403, title: "you may not do this" },
  own_request: { status: 403, title: "nobody decides on what they, or who acts for them, have asked for" },
  review_due: { status: 403, title: "break-glass access that you have taken still waits for its review" },
  quota: { status: 403, title: "a quota is used up" },
  foreign_host: { status: 403, title: "without TLS, Host must name this machine" },
  unknown_path: { status: 404, title: "nothing is served at this path" },
  unknown: { status: 404, title: "there is no such thing, or none that you may see" },
  unknown_service: { status: 404, title: "this service is not enrolled in this environment" },
  method: { status: 405, title: "this method is not served at this path" },
  not_acceptable: { status: 406, title: "this is served as other types" },
  slow: { status: 408, title: "the request took too long to arrive" },
  state: { status: 409, title: "it has been decided, or has ended" },
  outdated: {
    status: 409,
    title: "another policy has become current than the one it was compared with: propose it again",
  },
  not_stageable: {
    status: 409,
    title: "only an approved policy can be staged, one at a time; the end of one, for all processes at once",
  },
  audience: { status: 409, title: "another central policy is for some of these services" },
  too_large: { status: 413, title: "the body is too large" },
  content_type: { status: 415, title: "the body must be application/json, without Content-Encoding" },
  invalid: { status: 422, title: "the request has a wrong key, type or value" },
  no_service: { status: 422, title: "no enrolled service matches" },
  not_here: { status: 422, title: "this can't be asked for here" },
  predicate: { status: 422, title: "the predicate can't be used" },
  policy: { status: 422, title: "the policy can't be used: scrim policy check says why" },
  ticket: { status: 422, title: "a ticket is needed, in the form that the rules ask for" },
  not_extendable: {
    status: 422,
    title: "only an open grant of yours can be extended, and none of break-glass",
  },
  break_glass_off: { status: 422, title: "this can't be taken without asking" },
  key_reused: { status: 422, title: "this Idempotency-Key was used for another request" },
  busy: { status: 503, title: "too many listen already" },
  unavailable: { status: 503, title: "this can't be done now" },
  header_size: { status: 431, title: "the headers are too large" },
} as const;

export type RefusalReason = keyof typeof REFUSALS;

/** What is wrong with one member of a request: where, and what belongs there. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Why a request is not answered with success. It holds nothing of the request. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: RefusalReason;
  readonly faults: readonly Fault[];

  constructor(reason: RefusalReason, faults: readonly Fault[] = []) {
    super(REFUSALS[reason].title);
    this.reason = reason;
    this.faults = faults;
  }
}
