import { createServer } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import type { ServerTls } from "../../../tls/server-tls.ts";
import type { GrpcConfig } from "../config/grpc-config.ts";
import type { ServeRequest } from "../serve-request.ts";
import { closeFailedHandshakes } from "./failed-handshakes.ts";
import { Http2Sessions, type SessionRules } from "./http2-sessions.ts";
import { type Gate, type Listener, openListener } from "./listener.ts";
import { peerOf } from "./peer.ts";

/** HTTP/2 alone: with prior knowledge, or over TLS by ALPN. */
export function grpcListener(
  current: () => GrpcConfig,
  tls: ServerTls | undefined,
  gate: Gate,
  serve: ServeRequest,
): Listener {
  const { counter, limits } = gate;
  const rules = (): SessionRules => {
    const { keepalive, max_concurrent_streams, read_timeout } = current();
    const { server_parameters } = keepalive;
    return {
      max_concurrent_streams,
      max_headers: limits().max_headers,
      max_header_size: limits().max_header_size,
      handshake_ms: read_timeout,
      idle_ms: server_parameters.max_connection_idle,
      age_ms: server_parameters.max_connection_age,
      age_grace_ms: server_parameters.max_connection_age_grace,
      ping_after_ms: server_parameters.time,
      ping_timeout_ms: server_parameters.timeout,
    };
  };
  const sessions = new Http2Sessions(rules, serve, counter);
  if (tls === undefined)
    return openListener(createServer({ noDelay: true }), sessions, gate, (socket) =>
      sessions.accept(socket, peerOf(socket)),
    );

  const server = createTlsServer({
    ...tls.options(),
    noDelay: true,
    ALPNProtocols: ["h2"],
    handshakeTimeout: current().read_timeout,
  });
  tls.attach(server);
  const [shakeHands] = server.listeners("connection") as ((socket: unknown) => void)[];
  server.on("secureConnection", (socket: TLSSocket) => {
    if (socket.alpnProtocol === "h2") {
      sessions.accept(socket, peerOf(socket));
      return;
    }
    counter.countRefusal("tls_handshake"); // gRPC over TLS takes ALPN
    socket.destroy();
  });
  closeFailedHandshakes(server, counter);
  return openListener(server, sessions, gate, (socket) => shakeHands!.call(server, socket));
}
