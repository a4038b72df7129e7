import type { LimitsConfig } from "./config/limits-config.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { Refusal } from "./refusal.ts";

/** @throws {Refusal} `header_count`, `header_size` */
export function checkHeaders({ headers }: IncomingRequest, limits: LimitsConfig): void {
  if (headers.length > 2 * limits.max_headers) throw new Refusal("header_count");
  let size = 0;
  for (const part of headers) size += part.length; // both versions of HTTP give a character for each byte
  if (size > limits.max_header_size) throw new Refusal("header_size");
}
