import type { Protocol } from "../gateway/config.ts";
import { startGrpcSink } from "./grpc-sink.ts";
import { startHttpSink } from "./http-sink.ts";
import type { Sink } from "./sink.ts";

export function startSink(protocol: Protocol): Promise<Sink> {
  return protocol === "grpc" ? startGrpcSink() : startHttpSink();
}
