import type { X509Certificate } from "node:crypto";
import type { Principal } from "../directory/principal.ts";

/** What a request brings to say who sends it. */
export interface Credentials {
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  /** The client's certificate, where TLS has verified one. */
  readonly certificate: X509Certificate | undefined;
  /** Whom a machine says to act for: believed only where the directory, or its token, says that it may. */
  readonly actingFor: string | undefined;
}

/**
 * Says who sends a request; undefined where nobody that is known does. Why is never told to the caller.
 *
 * @throws {OperatingError} `SOURCE_UNREACHABLE` where the keys of an issuer can't be had now
 */
export type Authenticate = (credentials: Credentials) => Promise<Principal | undefined>;
