import { z } from "zod";
import { duration } from "./duration.ts";

const INTERVAL_MS = { min: 100, max: 3_600_000 } as const;

/** Milliseconds, as in the Collector, or a duration as everywhere else here. */
const Interval = z.union([
  z.int().min(INTERVAL_MS.min).max(INTERVAL_MS.max),
  duration({ min: "100ms", max: "1h" }),
]);

const OtlpDestination = (path: string) =>
  z.strictObject({
    protocol: z
      .literal("http/protobuf")
      .default("http/protobuf")
      .meta({ description: "Always `http/protobuf`." }),
    endpoint: z.string().meta({
      description: `URL of the destination; \`/${path}\` is put behind one without a path.`,
    }),
    headers: z.record(z.string(), z.string()).default({}).meta({
      description: "Headers for every request, for authentication.",
      isSecret: true,
    }),
    tls: z
      .strictObject({
        ca_file: z.string().min(1).optional().meta({
          description: "PEM file of the authorities to trust, instead of the system's.",
        }),
      })
      .prefault({}),
  });

const BatchProcessor = z.strictObject({
  batch: z.strictObject({
    schedule_delay: Interval.default(5_000).meta({
      description: "How often spans are sent: milliseconds, or a duration like `5s`.",
    }),
    max_queue_size: z.int().min(1).max(65_536).default(2_048).meta({
      description: "Spans that wait at most. Further ones are dropped, and counted.",
    }),
    max_export_batch_size: z.int().min(1).max(8_192).default(512).meta({
      description: "Spans in a request, at most.",
    }),
    exporter: z.strictObject({ otlp: OtlpDestination("v1/traces") }),
  }),
});

const Sampler = z.strictObject({
  trace_id_ratio_based: z
    .strictObject({
      ratio: z.number().min(0).max(1).default(0.01).meta({
        description:
          "The share of requests that are traced, from 0 to 1. What clients say of theirs is not asked.",
      }),
    })
    .prefault({}),
});

const PeriodicReader = z.strictObject({
  periodic: z.strictObject({
    interval: Interval.default(60_000).meta({
      description: "How often: milliseconds, or a duration like `30s`.",
    }),
    exporter: z.strictObject({ otlp: OtlpDestination("v1/metrics") }),
  }),
});

/** How the gateway tells about itself: the Collector's keys, as far as they go. */
export const TelemetryConfig = z.strictObject({
  resource: z.record(z.string().min(1), z.string()).default({}).meta({
    description:
      "Attributes of what the gateway sends about itself, besides `service.name`, `service.version` and `service.instance.id`.",
  }),
  logs: z
    .strictObject({
      level: z.enum(["debug", "info", "warn"]).default("info").meta({
        description: "`warn` leaves out what only tells that all is well. `debug` tells no more than `info`.",
      }),
      encoding: z.enum(["console", "json"]).default("console").meta({
        description: "Lines for people, or a JSON object a line.",
      }),
      access: z.boolean().default(false).meta({
        description:
          "Whether each request is logged: protocol, signal, outcome, items, bytes, time taken and who the client has proved to be.",
      }),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      level: z.enum(["none", "basic", "normal", "detailed"]).default("normal").meta({
        description: "`none` serves no metrics, and sends none. With all others they are the same.",
      }),
      address: z.string().default("127.0.0.1:8888").meta({
        description: "Where Prometheus finds `/metrics`.",
      }),
      readers: z.array(PeriodicReader).max(4).default([]).meta({
        description:
          "Where metrics are sent besides: `- periodic: { interval: 60s, exporter: { otlp: { endpoint: URL } } }`.",
      }),
    })
    .prefault({}),
  traces: z
    .strictObject({
      processors: z.array(BatchProcessor).max(1).default([]).meta({
        description:
          "Where spans of the gateway's own work are sent: `- batch: { exporter: { otlp: { endpoint: URL } } }`. Nothing is traced unless given.",
      }),
      sampler: Sampler.prefault({}),
    })
    .prefault({}),
});
