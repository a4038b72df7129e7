import type { AttributeName } from "../generated/attributes.ts";
import type { Judgement } from "./judgement.ts";

/** Remote calls: metadata is judged as headers are. */
export const RPC: readonly Judgement<AttributeName>[] = [
  {
    class: "credential",
    reason: "metadata that nobody knows may carry a token; known headers are judged one by one",
    spec: "only keys that were named in configuration; capturing all is a security risk",
    names: [
      "rpc.connect_rpc.request.metadata",
      "rpc.connect_rpc.response.metadata",
      "rpc.grpc.request.metadata",
      "rpc.grpc.response.metadata",
      "rpc.request.header",
      "rpc.request.metadata",
      "rpc.response.header",
      "rpc.response.metadata",
      "rpc.response.trailer",
    ],
  },
  {
    class: "content",
    reason: "an error in the words of the server",
    names: ["rpc.jsonrpc.error_message"],
  },
  {
    class: "content",
    reason: "any word that a client puts in the place of the method",
    names: ["rpc.method_original"],
  },
  {
    class: "content",
    reason: "a query as the client wrote it, values included",
    spec: "what can be identified as sensitive should be redacted",
    names: ["graphql.document"],
  },
  {
    class: "content",
    reason: "a name that the client chooses",
    names: ["graphql.operation.name"],
  },
  {
    class: "infrastructure",
    reason: "ties a response to its request",
    names: ["jsonrpc.request.id", "rpc.jsonrpc.request_id"],
  },
  {
    class: "infrastructure",
    reason: "names a method or a program, not what was passed to it",
    names: ["onc_rpc.procedure.name", "onc_rpc.program.name", "rpc.method", "rpc.service"],
  },
  {
    class: "harmless",
    reason: "one of a few operations, systems, versions or codes",
    names: [
      "graphql.operation.type",
      "jsonrpc.protocol.version",
      "nfs.operation.name",
      "nfs.server.repcache.status",
      "onc_rpc.procedure.number",
      "onc_rpc.version",
      "rpc.connect_rpc.error_code",
      "rpc.grpc.status_code",
      "rpc.jsonrpc.error_code",
      "rpc.jsonrpc.version",
      "rpc.response.status_code",
      "rpc.status_code",
      "rpc.system",
      "rpc.system.name",
    ],
  },
  {
    class: "harmless",
    reason: "counts and sizes the messages of one call",
    names: [
      "message.compressed_size",
      "message.id",
      "message.type",
      "message.uncompressed_size",
      "rpc.message.compressed_size",
      "rpc.message.id",
      "rpc.message.type",
      "rpc.message.uncompressed_size",
    ],
  },
];
