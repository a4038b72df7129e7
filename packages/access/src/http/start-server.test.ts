import { connect } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { SERVER } from "../../testing/tls.ts";
import { startServer } from "./start-server.ts";

test("a client gets no second handshake on its connection", async () => {
  const server = await startServer({
    endpoint: { host: "127.0.0.1", port: 0 },
    path: "endpoint",
    tls: { cert: SERVER.certificate, key: SERVER.key },
    fetch: () => new Response("ok"),
  });
  onTestFinished(() => server.close());
  const { port } = server.endpoint;
  const socket = connect({ port, host: "127.0.0.1", ca: SERVER.certificate, maxVersion: "TLSv1.2" });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {}).resume();
  await new Promise((resolve) => socket.once("secureConnect", resolve));
  const isShaken = await new Promise<boolean>((resolve) => {
    setTimeout(() => resolve(false), 500); // refused: Node does not say so
    socket.renegotiate({ rejectUnauthorized: true }, (error) => resolve(error === null));
  });
  expect(isShaken).toBe(false);
});
