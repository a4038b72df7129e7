import { z } from "zod";
import { duration } from "../config/duration.ts";
import { size } from "../config/size.ts";

/** How what waits for a destination is sent. The Collector's keys, where it has them; sizes are bytes before compression. */
export const SendingQueue = z.strictObject({
  queue_size: size({ min: "1B", max: "64GiB", isCountElsewhere: true }).prefault("64MiB").meta({
    description: "What may wait in memory for this destination, where the pipeline says `ack: memory`.",
  }),
  num_consumers: z.int().min(1).max(1_000).default(10).meta({
    description: "Requests that are on their way at once, at most.",
  }),
  adaptive: z.boolean().default(true).meta({
    description:
      "Begins with one request at once, and goes up to `num_consumers` only while that makes the destination neither slower nor refuse.",
  }),
  batch: z
    .strictObject({
      flush_timeout: duration({ min: "0s", max: "1m" }).prefault("200ms").meta({
        description: "How long a batch waits for others to be sent with it.",
      }),
      min_size: size({ min: "0B", max: "64MiB", isCountElsewhere: true }).prefault("1MiB").meta({
        description:
          "Batches are sent together, and at once, when they have this size. 0 sends each by itself.",
      }),
      max_size: size({ min: "1KiB", max: "1GiB", isCountElsewhere: true }).prefault("4MiB").meta({
        description: "The largest request. What is larger is split by item. Most gRPC servers take 4 MiB.",
      }),
    })
    .prefault({})
    .meta({ description: "Sends several batches as one request. Profiles are never put together." }),
});

export type SendingQueue = z.output<typeof SendingQueue>;
