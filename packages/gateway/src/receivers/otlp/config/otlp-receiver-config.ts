import { z } from "zod";
import { GrpcConfig } from "./grpc-config.ts";
import { HttpConfig } from "./http-config.ts";
import { LimitsConfig } from "./limits-config.ts";

const Protocols = z
  .strictObject({
    grpc: GrpcConfig.optional().meta({ description: "OTLP over gRPC." }),
    http: HttpConfig.optional().meta({ description: "OTLP over HTTP/1.1 and HTTP/2." }),
  })
  .superRefine(({ grpc, http }, context) => {
    if (grpc !== undefined || http !== undefined) return;
    context.addIssue({
      code: "custom",
      message: "no protocol is named",
      params: { hint: "name grpc, http or both, or leave protocols out to serve both" },
    });
  });

export const OtlpReceiverConfig = z
  .strictObject({
    protocols: Protocols.prefault({ grpc: {}, http: {} }).meta({
      description: "What is served, by protocol. Both, unless some are named.",
    }),
    limits: LimitsConfig.prefault({}).meta({
      description: "Bounds on what clients may send. What is refused is counted by reason.",
    }),
  })
  .meta({
    id: "OtlpReceiverConfig",
    description: "Takes in OTLP over gRPC and over HTTP, as protobuf or JSON.",
  });

export type OtlpReceiverConfig = z.output<typeof OtlpReceiverConfig>;
