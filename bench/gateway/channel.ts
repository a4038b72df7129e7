import { Agent, request as httpRequest } from "node:http";
import { type ClientHttp2Session, connect } from "node:http2";
import type { Encoding, Protocol } from "./load-request.ts";

/** What a client is told: the records are safe, it may try again, or it must not. */
export type Answer = "acknowledged" | "refused" | "later" | "unanswered";

/** A client's connections to one server. */
export interface Channel {
  /** Never rejects. */
  send(body: Buffer): Promise<Answer>;
  close(): void;
}

export interface ChannelOptions {
  readonly protocol: Protocol;
  readonly port: number;
  readonly encoding: Encoding;
  readonly connections: number;
  readonly timeout_ms: number;
}

export function openChannel(options: ChannelOptions): Channel {
  return options.protocol === "http" ? httpChannel(options) : grpcChannel(options);
}

/** HTTP/1.1 with connections that stay. A request that finds none free waits for one. */
function httpChannel({ port, encoding, connections, timeout_ms }: ChannelOptions): Channel {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: "lifo" });
  const headers = {
    "content-type": "application/x-protobuf",
    ...(encoding !== "none" && { "content-encoding": encoding }),
  };
  return {
    send: (body) =>
      new Promise((resolve) => {
        const request = httpRequest({
          agent,
          port,
          host: "127.0.0.1",
          method: "POST",
          path: "/v1/logs",
          headers: { ...headers, "content-length": body.length },
          timeout: timeout_ms,
        });
        request.on("timeout", () => request.destroy());
        request.on("error", () => resolve("unanswered"));
        request.on("response", (response) => {
          const answer = answerOfStatus(response.statusCode!);
          response.on("close", () => resolve(answer)).resume();
        });
        request.end(body);
      }),
    close: () => agent.destroy(),
  };
}

function answerOfStatus(status: number): Answer {
  if (status === 200) return "acknowledged";
  return [429, 502, 503, 504].includes(status) ? "later" : "refused";
}

/** Cancelled, deadline exceeded, resource exhausted, aborted, out of range, unavailable, data loss: the client's to send again. */
const RETRYABLE_CODES = ["1", "4", "8", "10", "11", "14", "15"];

/** Streams go round the sessions. One that closed is opened anew, as clients do when a server grows tired of it. */
function grpcChannel({ port, encoding, connections, timeout_ms }: ChannelOptions): Channel {
  const sessions: (ClientHttp2Session | undefined)[] = Array.from({ length: connections });
  let sent = 0;
  const session = () => {
    const at = sent++ % connections;
    const present = sessions[at];
    if (present !== undefined && !present.closed && !present.destroyed) return present;
    const opened = connect(`http://127.0.0.1:${port}`);
    opened.on("error", () => undefined); // its streams tell
    sessions[at] = opened;
    return opened;
  };
  const headers = {
    ":method": "POST",
    ":path": "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    "content-type": "application/grpc",
    te: "trailers",
    "grpc-timeout": `${timeout_ms}m`,
    ...(encoding !== "none" && { "grpc-encoding": encoding }),
  };
  return {
    send: (body) =>
      new Promise((resolve) => {
        let status: unknown;
        const stream = session().request(headers);
        stream.on("response", (told) => (status = told["grpc-status"] ?? status));
        stream.on("trailers", (told) => (status = told["grpc-status"] ?? status));
        stream.on("error", () => undefined);
        stream.on("close", () => resolve(answerOfCode(status)));
        stream.setTimeout(timeout_ms, () => stream.close());
        stream.resume().end(body);
      }),
    close() {
      for (const one of sessions) one?.destroy();
    },
  };
}

function answerOfCode(status: unknown): Answer {
  if (status === undefined) return "unanswered";
  if (String(status) === "0") return "acknowledged";
  return RETRYABLE_CODES.includes(String(status)) ? "later" : "refused";
}
