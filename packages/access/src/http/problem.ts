import { REFUSALS, type Refusal } from "./refusal.ts";

/** What is said of a refusal. */
export function problemOf({ reason, faults }: Refusal) {
  const { status, title } = REFUSALS[reason];
  return { status, title, reason, ...(faults.length > 0 && { faults }) };
}

/** Problem details (RFC 9457). `allow` is what is served at the path. */
export function problemResponse(refusal: Refusal, allow: string | undefined): Response {
  const body = problemOf(refusal);
  const { status } = body;
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (status === 401) headers.set("www-authenticate", "Bearer");
  if (status === 405 && allow !== undefined) headers.set("allow", allow);
  if (status === 503) headers.set("retry-after", "1");
  return new Response(JSON.stringify(body), { status, headers });
}
