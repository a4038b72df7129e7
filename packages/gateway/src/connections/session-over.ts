import type { Http2Session } from "node:http2";
import type { Socket } from "node:net";
import { outliveStreams } from "./held-sessions.ts";

/** How long a peer that broke the protocol may take to hear so. One that reads nothing would keep its connection for ever. */
export const LAST_WORDS_MS_MAX = 1_000;

/**
 * A session of HTTP/2 over a socket whose end is the session's end. It is cut by `socket.destroy()`, or by
 * `session.destroy()` where the peer is told why. `error` events of the socket change nothing: it closes by itself, when
 * writes have ended.
 *
 * @param open makes the session; adds no listeners of its own to the socket
 */
export function sessionOver<S extends Http2Session>(socket: Socket, open: () => S): S {
  const before = new Set(socket.listeners("error"));
  const session = open();
  for (const listener of socket.listeners("error"))
    if (!before.has(listener)) socket.off("error", listener as () => void);
  socket.on("error", () => {});
  outliveStreams(session);
  return session;
}
