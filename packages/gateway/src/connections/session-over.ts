import type { Http2Session } from "node:http2";
import type { Socket } from "node:net";

/**
 * A session of HTTP/2 over a socket whose end is the session's end. It is cut by `socket.destroy()`, never by
 * `session.destroy()`, and `error` events of the socket change nothing: it closes by itself.
 *
 * Node has a session end as soon as its socket fails. What is being written is then still held by the session, and where
 * a peer has sent half of a stream's headers too, Node ends the process once both are collected as garbage
 * (`Assertion failed: (current_nghttp2_memory_) == (0)`, seen with 26.10). When a socket closes, writes end first.
 *
 * @param open makes the session; adds no listeners of its own to the socket
 */
export function sessionOver<S extends Http2Session>(socket: Socket, open: () => S): S {
  const before = new Set(socket.listeners("error"));
  const session = open();
  for (const listener of socket.listeners("error"))
    if (!before.has(listener)) socket.off("error", listener as () => void);
  socket.on("error", () => {});
  return session;
}
