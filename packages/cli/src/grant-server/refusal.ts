/** Every way a request can end without success, with its status. The page of the interface lists them; a test compares. */
export const REFUSALS = {
  malformed: { status: 400, title: "the request can't be read" },
  unauthorized: { status: 401, title: "a bearer token is needed" },
  foreign_host: { status: 403, title: "without a token, Host must name this machine" },
  unknown_path: { status: 404, title: "nothing is served at this path" },
  unknown_service: { status: 404, title: "this service is not enrolled in this environment" },
  method: { status: 405, title: "this method is not served at this path" },
  not_acceptable: {
    status: 406,
    title: "a bundle is application/octet-stream or text/event-stream",
  },
  slow: { status: 408, title: "the request took too long to arrive" },
  too_large: { status: 413, title: "the body is too large" },
  content_type: { status: 415, title: "the body must be application/json, without Content-Encoding" },
  header_size: { status: 431, title: "the headers are too large" },
  busy: { status: 503, title: "too many listen already" },
  unavailable: { status: 503, title: "the store can't be used now" },
} as const;

export type RefusalReason = keyof typeof REFUSALS;

/** Why a request is not answered with success. It holds nothing of the request. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(REFUSALS[reason].title);
    this.reason = reason;
  }
}
