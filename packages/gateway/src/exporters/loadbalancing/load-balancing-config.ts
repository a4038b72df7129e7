import { z } from "zod";

/** The Collector's keys, as far as they go. */
export const LoadBalancingConfig = z
  .strictObject({
    routing_key: z.enum(["traceID", "none"]).default("traceID").meta({
      description:
        "`traceID`: logs and traces of one trace go to one backend; metrics, profiles and what has no trace go to each in turn. `none`: all goes to each in turn.",
    }),
    protocol: z
      .strictObject({
        otlp: z.unknown().optional().meta({
          description: "Settings of an `otlp` exporter, without its endpoint.",
        }),
        otlphttp: z.unknown().optional().meta({
          description: "Settings of an `otlphttp` exporter, without its endpoint.",
        }),
      })
      .refine((protocol) => Object.keys(protocol).length === 1, {
        error: "one protocol is needed",
        params: { hint: "write it like protocol: { otlp: {} }, or with otlphttp" },
      })
      .meta({
        description:
          "How backends are spoken to. `retry_on_failure` and `sending_queue` in it are for all together.",
      }),
    resolver: z
      .strictObject({
        static: z
          .strictObject({
            hostnames: z.array(z.string().min(1).max(2_048)).min(1).max(64).meta({
              description: "Endpoints of the backends, as the exporter's own `endpoint`.",
            }),
          })
          .meta({ description: "Backends that are known beforehand." }),
      })
      .meta({ description: "Where the backends are." }),
  })
  .meta({
    id: "LoadBalancingConfig",
    description: "Spreads batches over several backends, by trace or in turn.",
  });

export type LoadBalancingConfig = z.output<typeof LoadBalancingConfig>;
