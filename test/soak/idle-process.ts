/** Clients who hold a connection, ask for nothing more, and stay: half of them by HTTP/1.1, half by HTTP/2. Says how many are there. */
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";

interface IdleTask {
  readonly port: number;
  readonly connections: number;
}

/** Opened at once: more would overflow what the kernel lets wait. */
const LANES = 32;

const REQUEST = [
  "POST /v1/logs HTTP/1.1",
  "host: 127.0.0.1",
  "content-type: application/x-protobuf",
  "content-length: 0",
  "",
  "",
].join("\r\n");

let open = 0;

async function openHttp1(port: number): Promise<void> {
  const socket: Socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(REQUEST);
  await Promise.race([once(socket, "data"), once(socket, "close")]);
  if (socket.destroyed) return;
  open++;
  socket.on("close", () => open--);
}

async function openHttp2(port: number): Promise<void> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on("error", () => undefined);
  await Promise.race([once(session, "remoteSettings"), once(session, "close")]);
  if (session.destroyed) return;
  open++;
  session.on("close", () => open--);
}

process.on("message", async (task: IdleTask | "count") => {
  if (task === "count") return process.send!(open);
  let left = task.connections;
  const lane = async () => {
    for (let nth = left--; nth > 0; nth = left--) await (nth % 2 === 0 ? openHttp1 : openHttp2)(task.port);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  process.send!(open);
  return undefined;
});
process.on("disconnect", () => process.exit());
