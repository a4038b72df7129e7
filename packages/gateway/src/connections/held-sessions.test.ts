import { once } from "node:events";
import { connect as connectHttp2, performServerHandshake, type ServerHttp2Stream } from "node:http2";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  DATA,
  END_HEADERS,
  END_STREAM,
  frame,
  HEADERS,
  headerBlock,
  SETTINGS,
} from "../../testing/raw-http2.ts";
import { sessionOver } from "./session-over.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const REQUEST = headerBlock({ ":method": "POST", ":scheme": "http", ":authority": "a", ":path": "/" });

let server: Server;
/** What each connection to it is for. */
let serve: (socket: Socket) => void;

beforeEach(async () => {
  server = createServer((socket) => serve(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => void server.close());

const portOf = () => (server.address() as AddressInfo).port;

/** How many of them are still there when all that nobody refers to has been collected. */
async function left(sessions: readonly WeakRef<object>[]): Promise<number> {
  for (let n = 0; n < 10; n++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return sessions.filter((session) => session.deref() !== undefined).length;
}

const ROUNDS = 20;

test.each([
  [
    "ended their request",
    Buffer.concat([frame(HEADERS, END_HEADERS, 1, REQUEST), frame(DATA, END_STREAM, 1)]),
  ],
  ["sent half of it", frame(HEADERS, END_HEADERS, 1, REQUEST)],
  ["sent half of their headers", frame(HEADERS, 0, 1, REQUEST)],
])("nothing stays of clients that never answer our settings and %s", async (_, request) => {
  const sessions: WeakRef<object>[] = [];
  serve = (socket) => {
    const session = sessionOver(socket, () => performServerHandshake(socket));
    session.on("error", () => {});
    session.on("stream", (stream: ServerHttp2Stream) => {
      stream.on("error", () => {});
      stream.respond({ ":status": 200 });
      stream.end("taken");
    });
    sessions.push(new WeakRef(session));
  };
  for (let round = 0; round < ROUNDS; round++) {
    const socket = connect(portOf(), "127.0.0.1");
    socket.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0), request]));
    await once(socket, "data");
    await new Promise((resolve) => setTimeout(resolve, 2)); // the answer, where there is one
    socket.destroy();
    await once(socket, "close");
  }
  expect(sessions).toHaveLength(ROUNDS);
  expect(await left(sessions)).toBeLessThanOrEqual(1); // the last one may still be on its way out
});

test("nor of servers that never answer them", async () => {
  const answer = frame(HEADERS, END_HEADERS, 1, headerBlock({ ":status": "200" }));
  serve = (socket) => {
    socket.on("error", () => {});
    socket.write(frame(SETTINGS, 0, 0));
    socket.once("data", () => socket.write(answer));
  };
  const sessions: WeakRef<object>[] = [];
  for (let round = 0; round < ROUNDS; round++) sessions.push(await call());
  expect(await left(sessions)).toBeLessThanOrEqual(1);
});

async function call(): Promise<WeakRef<object>> {
  const socket = connect(portOf(), "127.0.0.1");
  await once(socket, "connect");
  const session = sessionOver(socket, () =>
    connectHttp2("http://127.0.0.1", { createConnection: () => socket }),
  );
  session.on("error", () => {});
  const stream = session.request({ ":method": "POST" });
  stream.on("error", () => {});
  await once(stream, "response");
  socket.destroy();
  await once(session, "close");
  return new WeakRef(session);
}
