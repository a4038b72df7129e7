/** Every way a request can end without success, with its status. The page of sealed values lists them; a test compares. */
export const REVEAL_PROBLEMS = {
  malformed: { status: 400, title: "the body must be a JSON object with token, and perhaps grant" },
  unauthenticated: { status: 401, title: "credentials are needed that are known here" },
  refused: { status: 403, title: "this is not opened for you" },
  unknown_path: { status: 404, title: "nothing is served at this path" },
  method: { status: 405, title: "this method is not served at this path" },
  too_large: { status: 413, title: "the body is too large" },
  content_type: { status: 415, title: "the body must be application/json, without Content-Encoding" },
  too_many: { status: 429, title: "too much was refused; ask again later" },
  unavailable: { status: 503, title: "nothing can be opened now" },
} as const;

export type ProblemReason = keyof typeof REVEAL_PROBLEMS;

/** Why a request is not answered with success. It holds nothing of the request. */
export class RevealProblem extends Error {
  override readonly name = "RevealProblem";
  readonly reason: ProblemReason;
  readonly headers: Readonly<Record<string, string>>;

  constructor(reason: ProblemReason, headers: Readonly<Record<string, string>> = {}) {
    super(REVEAL_PROBLEMS[reason].title);
    this.reason = reason;
    this.headers = headers;
  }
}

/** Problem details (RFC 9457). */
export function problemResponse({ reason, headers }: RevealProblem): Response {
  const { status, title } = REVEAL_PROBLEMS[reason];
  return new Response(JSON.stringify({ status, title, reason }), {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(status === 401 && { "www-authenticate": "Bearer" }),
      ...(status === 503 && { "retry-after": "1" }),
      ...headers,
    },
  });
}
