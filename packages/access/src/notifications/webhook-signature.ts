import { createHmac } from "node:crypto";
import { OperatingError } from "@scrim/errors";

/** Bytes of a secret, as Standard Webhooks asks for. */
const SECRET_BYTES_MIN = 24;
const SECRET_BYTES_MAX = 64;

/** The key in `whsec_…`. @throws {OperatingError} `KEY_INVALID` */
export function readWebhookSecret(text: string, path: string): Buffer {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text.trim()) ?? [];
  const secret = Buffer.from(encoded ?? "", "base64");
  if (secret.length >= SECRET_BYTES_MIN && secret.length <= SECRET_BYTES_MAX) return secret;
  throw new OperatingError(
    "KEY_INVALID",
    `expected whsec_ and ${SECRET_BYTES_MIN} to ${SECRET_BYTES_MAX} bytes in Base64`,
    {
      path,
      hint: 'make one with: (umask 077; echo "whsec_$(openssl rand -base64 32)" > FILE)',
    },
  );
}

/**
 * The headers of a delivery (Standard Webhooks 1.0.0): its id, when it is sent, and the signature over both and the body.
 */
export function signatureHeaders(
  secret: Uint8Array,
  id: string,
  timestampS: number,
  body: string,
): Readonly<Record<string, string>> {
  const signature = createHmac("sha256", secret).update(`${id}.${timestampS}.${body}`).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestampS),
    "webhook-signature": `v1,${signature}`,
  };
}
