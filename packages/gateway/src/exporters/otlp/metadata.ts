import type { IncomingHttpHeaders } from "node:http2";
import { OperatingError } from "@scrim/errors";

/** What an answer's headers, and its trailers, may take: twice what gRPC's own libraries allow. */
export const METADATA_BYTES_MAX = 32 * 1024;

/**
 * Node resets streams whose headers are larger than we said we take; a server may not have heard of that yet.
 *
 * @throws {OperatingError} `TOO_LARGE`
 */
export function checkMetadata(headers: IncomingHttpHeaders): void {
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) bytes += name.length + String(value).length;
  if (bytes > METADATA_BYTES_MAX)
    throw new OperatingError("TOO_LARGE", `headers over the limit of ${METADATA_BYTES_MAX} bytes`);
}
