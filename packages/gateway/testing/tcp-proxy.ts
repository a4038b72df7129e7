import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A network between a client and a server, which can fail in the middle of anything. */
export interface TcpProxy {
  readonly endpoint: string;
  readonly url: string;
  /** Connections made through it so far. */
  connections(): number;
  /** Bytes that went from the server to the client. */
  answered(): number;
  /** From now on nothing passes any more, and nobody is told. */
  freeze(): void;
  /** New connections pass again; those that were frozen stay so. */
  thaw(): void;
  close(): Promise<void>;
}

/** @param answerBytesMax after so many bytes from the server the connection is reset */
export async function startTcpProxy(
  port: number,
  answerBytesMax = Number.POSITIVE_INFINITY,
): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const frozen = new WeakSet<Socket>();
  let isFrozen = false;
  let connections = 0;
  let answered = 0;
  const server = createServer((client) => {
    connections++;
    const upstream = connect(port, "127.0.0.1");
    let left = answerBytesMax;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      if (isFrozen) frozen.add(socket);
      socket.on("error", () => {});
    }
    client.on("data", (bytes) => {
      if (!frozen.has(client)) upstream.write(bytes);
    });
    upstream.on("data", (bytes: Buffer) => {
      if (frozen.has(client)) return;
      answered += bytes.length;
      client.write(bytes.subarray(0, left), () => {
        if (left <= 0) client.resetAndDestroy();
      });
      left -= bytes.length;
    });
    if (left === 0) client.resetAndDestroy();
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => {
      if (!frozen.has(client)) client.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    url: `http://${endpoint}`,
    connections: () => connections,
    answered: () => answered,
    freeze() {
      isFrozen = true;
      for (const socket of sockets) frozen.add(socket);
    },
    thaw() {
      isFrozen = false;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A server that writes bytes of a test's own. */
export async function startByteServer(
  serve: (socket: Socket) => void,
): Promise<{ readonly endpoint: string; readonly url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    url: `http://${endpoint}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
