import { REFUSALS, type Refusal } from "./refusal.ts";

/** Problem details (RFC 9457). `allow` is what is served at the path. */
export function problemResponse({ reason, faults }: Refusal, allow: string | undefined): Response {
  const { status, title } = REFUSALS[reason];
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (status === 401) headers.set("www-authenticate", "Bearer");
  if (status === 405 && allow !== undefined) headers.set("allow", allow);
  if (status === 503) headers.set("retry-after", "1");
  const body = { status, title, reason, ...(faults.length > 0 && { faults }) };
  return new Response(JSON.stringify(body), { status, headers });
}
