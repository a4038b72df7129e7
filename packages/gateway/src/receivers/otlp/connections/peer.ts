import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Peer } from "../incoming-request.ts";

/** Who is at the other end of a connection whose handshake is done. */
export function peerOf(socket: Socket): Peer {
  const isVerified = socket instanceof TLSSocket && socket.authorized;
  return {
    address: socket.remoteAddress,
    certificate: isVerified ? socket.getPeerX509Certificate() : undefined,
  };
}
