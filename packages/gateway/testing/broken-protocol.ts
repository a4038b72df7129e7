/**
 * A program for `node --expose-gc`: servers that break the protocol, by a frame within headers, while a request is being
 * written to them. Says "unharmed" where it gets to its end; without what holds sessions, one run in three does not.
 */
import { GrpcOpened } from "./grpc-pair.ts";
import { frame, HEADERS, headerBlock, PING, SETTINGS } from "./raw-http2.ts";
import { startByteServer } from "./tcp-proxy.ts";

const ROUNDS = 100;
/** The preface, our settings, and a part of the call. */
const BEGUN_BYTES = 150;
const HELLO = Buffer.concat([frame(SETTINGS, 0, 0), frame(SETTINGS, 1, 0)]);
const HALF_HEADERS = frame(HEADERS, 0, 1, headerBlock({ ":status": "200", half: "of them" }));
const BETWEEN = frame(PING, 0, 0, Buffer.alloc(8));

const opened = new GrpcOpened();
for (let round = 0; round < ROUNDS; round++) {
  const server = await startByteServer((socket) => {
    socket.write(HELLO);
    let length = 0;
    socket.on("data", (piece) => {
      const isBegun = length >= BEGUN_BYTES;
      length += piece.length;
      if (!isBegun && length >= BEGUN_BYTES) socket.end(Buffer.concat([HALF_HEADERS, BETWEEN]));
    });
  });
  const exporter = await opened.grpcExporter(server.endpoint);
  await exporter.attempt();
  await exporter.shutdown();
  await server.close();
}
for (let n = 0; n < 6; n++) {
  globalThis.gc!();
  await new Promise((resolve) => setTimeout(resolve, 2));
}
console.log("unharmed");
process.exit();
