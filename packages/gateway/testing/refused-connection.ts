import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeWhatWasHanded } from "../src/workers/handed-connections.ts";

/**
 * Of two workers that are busy each is handed a connection; one closes its listener before it looks at it, so that it refuses it, and ends; then the
 * other goes on. Prints what each connection, and two that are made afterwards, hear, as a line of JSON.
 */

interface InternalMessage {
  readonly act?: string;
  readonly accepted?: boolean;
}

if (cluster.isPrimary) await lead();
else work();

async function lead(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "scrim-refused-"));
  cluster.setupPrimary({ serialization: "advanced" });
  const [closing, staying] = [await start(), await start()];
  const gates = { closing: join(folder, "closing"), staying: join(folder, "staying") };
  closing.worker.send(gates.closing);
  staying.worker.send(gates.staying);
  await Promise.all([once(closing.worker, "message"), once(staying.worker, "message")]);

  const first = [answer(staying.port), answer(staying.port)];
  await Promise.all([closing.handed, staying.handed]);
  writeFileSync(gates.closing, "");
  await closing.refused;
  const ended = once(closing.worker, "exit");
  closing.worker.send("end");
  await ended;
  writeFileSync(gates.staying, "");
  const heard = await Promise.all(first);
  const later = await Promise.all([answer(staying.port), answer(staying.port)]);
  console.log(JSON.stringify({ heard, later }));
  rmSync(folder, { recursive: true });
  staying.worker.process.kill("SIGKILL");
}

async function start() {
  const worker = cluster.fork();
  closeWhatWasHanded(worker);
  const [{ port }] = (await once(worker, "listening")) as [AddressInfo];
  return { worker, port, handed: isHanded(worker), refused: hasRefused(worker) };
}

function isHanded({ process }: Worker): Promise<void> {
  const { send } = process;
  return new Promise((resolve) => {
    process.send = ((message: InternalMessage, ...rest: unknown[]): boolean => {
      if (message.act === "newconn") resolve();
      return Reflect.apply(send, process, [message, ...rest]);
    }) as typeof send;
  });
}

function hasRefused({ process }: Worker): Promise<void> {
  return new Promise((resolve) => {
    process.on("internalMessage", ({ accepted }: InternalMessage) => {
      if (accepted === false) resolve();
    });
  });
}

function answer(port: number): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(port, "127.0.0.1");
    socket.on("data", (bytes) => {
      heard += bytes;
    });
    socket.on("error", ({ name }) => {
      heard += name;
    });
    socket.on("close", () => resolve(heard));
  });
}

function work(): void {
  const server = createServer((socket) => socket.end("served")).listen(0, "127.0.0.1");
  process.on("message", (message: string) => {
    if (message === "end") process.exit(0);
    process.send!("busy");
    while (!existsSync(message)); // nothing else is looked at meanwhile
    if (message.endsWith("closing")) server.close();
  });
}
