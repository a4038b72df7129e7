/**
 * Query parameters that grant access to a signed URL of AWS, Azure or Google Cloud. The conventions ask for
 * their values to become `REDACTED`; they are compared with their case.
 *
 * @see https://github.com/open-telemetry/semantic-conventions/blob/main/docs/registry/attributes/url.md
 */
export const SIGNED_URL_QUERY_KEYS: readonly string[] = [
  "AWSAccessKeyId",
  "Signature",
  "X-Amz-Credential",
  "X-Amz-Security-Token",
  "X-Amz-Signature",
  "X-Goog-Signature",
  "sig",
];
