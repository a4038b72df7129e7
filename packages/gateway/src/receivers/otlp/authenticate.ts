import type { Authentication, Authenticator, ClientIdentity } from "@scrim/pipeline";
import { headersOf, type IncomingRequest } from "./incoming-request.ts";
import { Refusal } from "./refusal.ts";

/** What may be a header's value over any version of HTTP. */
const PRINTABLE = /^[\x20-\x7e]{1,1024}$/;

/**
 * Who sends a request; undefined where nobody is asked.
 *
 * @param told hears what keeps the authenticator from telling; undefined where nothing does
 * @throws {Refusal} `unauthenticated`, `forbidden`, and `authenticator` where that can't be told now
 */
export async function authenticate(
  request: IncomingRequest,
  authenticator: Authenticator | undefined,
  told: (problem: unknown) => void,
): Promise<ClientIdentity | undefined> {
  if (authenticator === undefined) return undefined;
  const result = await ask(authenticator, request, told);
  told(undefined);
  switch (result.status) {
    case "known":
      return result.identity;
    case "unknown":
      throw new Refusal(
        "unauthenticated",
        PRINTABLE.test(result.challenge) ? { challenge: result.challenge } : {},
      );
    case "forbidden":
      throw new Refusal("forbidden");
  }
}

async function ask(
  authenticator: Authenticator,
  request: IncomingRequest,
  told: (problem: unknown) => void,
): Promise<Authentication> {
  const { address, certificate } = request.peer;
  const authorization = headersOf(request, "authorization");
  try {
    return await authenticator.authenticate({ authorization, certificate, address });
  } catch (error) {
    told(error);
    throw new Refusal("authenticator");
  }
}
