import { OperatingError } from "@scrim/errors";
import type { ExportFailure } from "@scrim/pipeline";
import { ADDRESS_REFUSED } from "./refused-address.ts";

/** What OpenSSL and Node call certificates that they don't believe. */
const UNTRUSTED = new Set([
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** Node's parsers of HTTP, for peers that don't keep to it. */
const PROTOCOL_FAULT = /^(?:HPE_|ERR_HTTP2_)/;

/** `ERR_SSL_…` and `ERR_TLS_…`, as Node calls other trouble of TLS, and a peer that speaks no HTTP/2 over it. */
const TLS_FAULT = /^(?:ERR_SSL_|ERR_TLS_|EPROTO$)/;

/** As Node and OpenSSL write their codes. */
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

/**
 * What it means that no answer came, or none that could be read. A connection that could not be made or broke says
 * nothing about the batch: it is tried again, also where a certificate is not believed, since those get renewed.
 */
export function judgeConnection(error: unknown): ExportFailure {
  if (error instanceof OperatingError) {
    const reason = error.code === "TOO_LARGE" ? "response_too_large" : "response_unreadable";
    return { status: "failed", retryable: false, reason };
  }
  if ((error as { code?: string }).code === "HPE_HEADER_OVERFLOW")
    return { status: "failed", retryable: false, reason: "response_too_large" };
  return { status: "failed", retryable: true, ...connectionTrouble(error) };
}

function connectionTrouble(error: unknown): Pick<ExportFailure, "reason" | "detail"> {
  const { name, code = "" } = error as { name?: string; code?: string };
  if (name === "TimeoutError") return { reason: "timeout" };
  if (name === "AbortError") return { reason: "stopped" };
  if (code === ADDRESS_REFUSED) return { reason: "address_refused" };
  return { reason: faultOf(code), ...(SYSTEM_CODE.test(code) && { detail: code }) };
}

function faultOf(code: string): string {
  if (UNTRUSTED.has(code)) return "certificate_untrusted";
  if (TLS_FAULT.test(code)) return "tls_failed";
  return PROTOCOL_FAULT.test(code) ? "protocol_error" : "unreachable";
}
