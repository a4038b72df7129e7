import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A destination that answers with bytes of its own choice, whatever it is sent. */
export interface HostileSink {
  readonly url: string;
  /** Heads of the requests it was sent. */
  readonly heads: readonly string[];
  /** Answers from now on. */
  answer: (socket: Socket) => void;
  close(): Promise<void>;
}

/** What a destination should answer. */
export const KIND = (socket: Socket): void => {
  socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
};

export async function startHostileSink(): Promise<HostileSink> {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    let left = 0;
    let head = "";
    socket.on("data", (piece) => {
      if (left > 0) left -= piece.length;
      else {
        head += piece.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        left = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0) - (head.length - end - 4);
        heads.push(head.slice(0, end));
        head = "";
      }
      if (left <= 0) sink.answer(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sink: HostileSink = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heads,
    answer: KIND,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
  return sink;
}

/** Writes without an end, as fast as it is read. */
export function pour(socket: Socket, piece: Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(piece));
    if (!socket.destroyed) socket.once("drain", more);
  };
  more();
}
