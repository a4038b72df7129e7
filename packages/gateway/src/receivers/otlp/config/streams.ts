import { z } from "zod";

/** A client that needs more at once opens a second connection. */
export const maxConcurrentStreams = z.int().min(1).max(10_000).default(128).meta({
  description: "Requests that one connection of HTTP/2 may have open at once.",
});
