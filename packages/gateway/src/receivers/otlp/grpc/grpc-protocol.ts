import type { Protocol } from "../protocol.ts";
import { openMessage } from "./open-message.ts";
import { readHead } from "./read-head.ts";
import { refusalReply, successReply } from "./reply.ts";

/** https://opentelemetry.io/docs/specs/otlp/#otlpgrpc */
export const grpcProtocol: Protocol = {
  transport: "grpc",
  readHead,
  openMessage,
  succeed: (_, message) => successReply(message),
  refuse: (refusal) => refusalReply(refusal),
  answerAside: () => undefined,
  headersAround: () => ({}),
};
