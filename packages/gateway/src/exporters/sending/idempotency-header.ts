import type { Attempt } from "@scrim/pipeline";

/** The header that tells attempts at the same request: none where nobody asked for it, or the request has no id. */
export function idempotencyHeader(
  name: string | undefined,
  { request_id }: Attempt,
): Readonly<Record<string, string>> {
  // A String of RFC 9651, as draft-ietf-httpapi-idempotency-key-header has it.
  return name === undefined || request_id === undefined ? {} : { [name]: `"${request_id}"` };
}
