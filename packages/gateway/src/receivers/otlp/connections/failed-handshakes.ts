import type { Server } from "node:tls";
import type { RequestCounter } from "../request-counter.ts";

/** Closes connections whose handshake fails, and counts them. One that its client gave up, as a probe of the port does, was refused by nobody. */
export function closeFailedHandshakes(server: Server, counter: RequestCounter): void {
  server.on("tlsClientError", ({ code }: NodeJS.ErrnoException, socket) => {
    if (code !== "ECONNRESET") counter.countRefusal("tls_handshake");
    socket.destroy();
  });
}
