import type { Server as HttpServer } from "node:http";
import type { Server, Socket } from "node:net";
import type { LimitsConfig } from "../config/limits-config.ts";
import type { Peers } from "../peers.ts";
import type { RequestCounter } from "../request-counter.ts";
import type { Http2Sessions } from "./http2-sessions.ts";

/** What a listener's connections are held to. */
export interface Gate {
  readonly peers: Peers;
  readonly counter: RequestCounter;
  limits(): LimitsConfig;
}

/** A port with all its connections. */
export interface Listener {
  readonly server: Server;
  /** Takes over what is not asked for each time, once settings have changed. */
  refresh(): void;
  /** Stops: no new connections or requests; those on their way get `graceMs` to finish, then they are cut. */
  close(graceMs: number): Promise<void>;
}

/** How often a server that is closing looks for connections whose last request was answered. */
const CLOSE_CHECK_MS = 20;

/**
 * Lets connections through to `accept` as long as there may be more, instead of to whatever the server would do with
 * them.
 */
export function openListener(
  server: Server,
  sessions: Http2Sessions,
  gate: Gate,
  accept: (socket: Socket) => void,
  refresh: () => void = () => {},
): Listener {
  /** All of them, whatever they speak. */
  const sockets = new Set<Socket>();
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    const leave = admit(socket, gate);
    if (leave === undefined) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      leave();
    });
    accept(socket);
  });

  return {
    server,
    refresh,
    async close(graceMs) {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      sessions.leave();
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      const sweep = setInterval(
        () => (server as Partial<HttpServer>).closeIdleConnections?.(),
        CLOSE_CHECK_MS,
      );
      const cut = setTimeout(() => {
        sessions.destroy();
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

/** @returns what to call when the connection ends; undefined if there are too many */
function admit({ remoteAddress }: Socket, { peers, counter, limits }: Gate): (() => void) | undefined {
  const { max_connections, max_connections_per_peer } = limits();
  if (peers.connections >= max_connections) counter.countRefusal("connections");
  else if (peers.connectionsOf(remoteAddress) >= max_connections_per_peer)
    counter.countRefusal("peer_connections");
  else return peers.connect(remoteAddress);
  return undefined;
}
