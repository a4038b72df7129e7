import { size } from "@scrim/pipeline";
import { z } from "zod";

const CONNECTIONS_MAX = 1_000_000;

/** What all protocols of a receiver share. */
export const LimitsConfig = z.strictObject({
  max_in_flight_size: size({ min: "64KiB", max: "64GiB" }).prefault("20MiB").meta({
    description:
      "Memory for all requests that have no answer yet, and for what becomes of them. More is answered 503 or UNAVAILABLE. One request by itself is always let in.",
  }),
  max_items: z.int().min(1).max(100_000_000).default(1_000_000).meta({
    description: "Items of one request. One with more is answered 400 or INVALID_ARGUMENT.",
  }),
  max_attributes_per_item: z.int().min(1).max(10_000_000).default(65_536).meta({
    description:
      "Attributes of one item, those of its events, links and nested values among them; also of one resource and one scope. A request with more is answered 400 or INVALID_ARGUMENT.",
  }),
  max_key_size: size({ min: "16B", max: "1GiB" }).prefault("16KiB").meta({
    description:
      "Longest key of an attribute. A request with a longer one is answered 400 or INVALID_ARGUMENT.",
  }),
  max_value_size: size({ min: "16B", max: "1GiB" }).prefault("64MiB").meta({
    description:
      "Longest text or bytes in one value. A request with a longer one is answered 400 or INVALID_ARGUMENT. Shorter ones that are still longer than a policy looks into are withheld by it.",
  }),
  max_headers: z.int().min(8).max(1_000).default(100).meta({
    description: "Headers of one request. One with more is answered 431 or RESOURCE_EXHAUSTED.",
  }),
  max_header_size: size({ min: "1KiB", max: "1MiB" }).prefault("16KiB").meta({
    description: "All headers of one request together. One with more is answered 431 or RESOURCE_EXHAUSTED.",
  }),
  max_connections: z.int().min(1).max(CONNECTIONS_MAX).default(12_000).meta({
    description: "Connections open at once, of all protocols. One more is closed at once, and counted.",
  }),
  max_connections_per_peer: z.int().min(1).max(CONNECTIONS_MAX).default(12_000).meta({
    description:
      "The same for one address. A load balancer is one address, so it is as many as in all unless set.",
  }),
  max_requests_per_peer: z.int().min(1).max(CONNECTIONS_MAX).default(4_096).meta({
    description: "Requests of one address that have no answer yet. More are answered 503 or UNAVAILABLE.",
  }),
});

export type LimitsConfig = z.output<typeof LimitsConfig>;
