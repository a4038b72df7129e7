/**
 * A program for `node --expose-gc`: connections that break while much is still to be written to them and half of a
 * stream's headers has been read, as servers of ours and as clients. Says "unharmed" where it gets to its end.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Channel } from "../src/exporters/otlp/channel.ts";
import { Http2Sessions } from "../src/receivers/otlp/connections/http2-sessions.ts";
import { peerOf } from "../src/receivers/otlp/connections/peer.ts";
import {
  END_HEADERS,
  END_STREAM,
  frame,
  HEADERS,
  headerBlock,
  openSession,
  SETTINGS,
  WINDOW_UPDATE,
} from "./raw-http2.ts";

const ROUNDS = 40;
/** More than the buffers of two sockets hold. */
const MUCH = Buffer.alloc(8 * 1024 * 1024);
const ROOM = frame(WINDOW_UPDATE, 0, 0, Buffer.from("7f000000", "hex"));
const STREAM_ROOM = frame(SETTINGS, 0, 0, Buffer.from("00047fffffff", "hex"));
const HALF_HEADERS = headerBlock({ half: "of the headers" });

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function collect(): Promise<void> {
  for (let n = 0; n < 3; n++) {
    globalThis.gc!();
    await pause(1);
  }
}

async function breakServers(): Promise<void> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.write(Buffer.concat([STREAM_ROOM, ROOM]));
    let length = 0;
    const read = (piece: Buffer) => {
      length += piece.length;
      if (length < 1_000) return;
      socket.off("data", read);
      socket.pause();
      socket.write(frame(HEADERS, 0, 1, HALF_HEADERS));
      setTimeout(() => socket.destroy(), 10);
    };
    socket.on("data", read);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  for (let round = 0; round < ROUNDS; round++) {
    const request = {
      path: "/a.Service/Export",
      headers: {},
      message: MUCH,
      isCompressed: false,
      timeoutMs: 10_000,
      responseBytesMax: 1_000,
    };
    // Each its own, as one that failed waits before it connects again.
    const channel = new Channel({
      target: { host: "127.0.0.1", port: (server.address() as AddressInfo).port, isSecure: false },
      credentials: () => undefined,
      keepalive: { timeMs: 0, timeoutMs: 1_000, isWithoutStreams: false },
    });
    await channel.call(request, new AbortController().signal).catch(() => {});
    channel.close();
    if (round % 4 === 0) await collect();
  }
  server.close();
}

async function breakClients(): Promise<void> {
  const rules = {
    max_concurrent_streams: 100,
    max_headers: 100,
    max_header_size: 8_192,
    handshake_ms: 10_000,
    idle_ms: 10_000,
    age_ms: undefined,
    age_grace_ms: 10_000,
    ping_after_ms: undefined,
    ping_timeout_ms: 10_000,
  };
  const counter = { countSuccess() {}, countRefusal() {} };
  const sessions = new Http2Sessions(
    () => rules,
    async (request) => request.send({ status: 200, headers: {}, body: MUCH }),
    counter,
  );
  const headers = headerBlock({ ":method": "POST", ":scheme": "http", ":authority": "x", ":path": "/" });
  const server = createServer((socket) => sessions.accept(socket, peerOf(socket)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  for (let round = 0; round < ROUNDS; round++) {
    const socket: Socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const session = openSession(0, socket);
    await session.wait(({ type }) => type === SETTINGS);
    session.send(STREAM_ROOM, ROOM);
    socket.pause();
    session.send(frame(HEADERS, END_HEADERS, 1, headers));
    await pause(10);
    session.send(frame(HEADERS, END_STREAM, 1, HALF_HEADERS));
    await pause(5);
    socket.destroy();
    if (round % 4 === 0) await collect();
  }
  server.close();
}

await breakServers();
await breakClients();
await collect();
console.log("unharmed");
process.exit();
