import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { requestProto } from "../../packages/gateway/testing/otlp.ts";
import { sendRaw } from "../../packages/gateway/testing/raw-http.ts";
import {
  type AttackedGateway,
  CAN_MEASURE,
  expectBounded,
  LIMIT_BYTES,
  post,
  startAttacked,
  statusOf,
} from "../hostile/attacked-gateway.ts";

/** More than a gateway was made for, and all of it well-formed. Memory is compared with what ordinary requests take. */

const CONNECTIONS = 10_000;
/** Both ends of the connections, and what else is open. */
const FILES = CONNECTIONS + 500;
const filesMax = CAN_MEASURE
  ? Number(/Max open files\s+(\d+)/.exec(readFileSync("/proc/self/limits", "utf8"))?.[1])
  : 0;

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function start(options: Parameters<typeof startAttacked>[0]): Promise<AttackedGateway> {
  const gateway = await startAttacked(options);
  open.push(() => gateway.stop());
  return gateway;
}

/** A destination that takes its time. */
async function startSlowSink(ms: number): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => setTimeout(() => response.writeHead(200).end(), ms));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.skipIf(!CAN_MEASURE)("a gateway in a process of its own", { timeout: 300_000 }, () => {
  const IN_FLIGHT_BYTES = 8 * LIMIT_BYTES;
  const request = post(requestProto("logs", ["x".repeat(LIMIT_BYTES - 1_000)]));

  /** Sends ten times what one gateway here may have in flight, at once. */
  const sendTooMuch = async (gateway: AttackedGateway) => {
    let statuses: readonly (number | undefined)[] = [];
    const cost = await gateway.measure(async () => {
      const sent = Array.from({ length: (10 * IN_FLIGHT_BYTES) / LIMIT_BYTES }, () =>
        sendRaw(gateway.port, [request]),
      );
      statuses = (await Promise.all(sent)).map(statusOf);
    });
    return { cost, statuses };
  };

  test("125: ten times what may be in flight, before a slow destination: some is taken, the rest asked to come again", async () => {
    const sink = await startSlowSink(1_000);
    const gateway = await start({ sink, inFlightSize: `${IN_FLIGHT_BYTES}B` });
    const { cost, statuses } = await sendTooMuch(gateway);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expectBounded(cost, gateway, Number.POSITIVE_INFINITY);
    await gateway.expectUnharmed();
  });

  test("the bound is one: a gateway that may have 4 GiB in flight goes past it", async () => {
    const gateway = await start({ sink: await startSlowSink(1_000), inFlightSize: "4GiB" });
    const { cost } = await sendTooMuch(gateway);
    expect(() => expectBounded(cost, gateway, Number.POSITIVE_INFINITY)).toThrow(/memory/);
  });

  test.skipIf(filesMax < FILES)("125: ten thousand connections that do nothing", async () => {
    const gateway = await start({});
    const small = post(requestProto("logs"));
    const sockets: Socket[] = [];
    open.push(async () => {
      for (const socket of sockets) socket.destroy();
    });
    const cost = await gateway.measure(async () => {
      while (sockets.length < CONNECTIONS)
        sockets.push(
          ...(await Promise.all(Array.from({ length: 100 }, () => answered(gateway.port, small)))),
        );
      await gateway.expectUnharmed();
    });
    expect(sockets.filter(({ destroyed }) => destroyed)).toEqual([]);
    expectBounded(cost, gateway, Number.POSITIVE_INFINITY);
  });
});

/** A connection that has had one answer, and stays. */
async function answered(port: number, request: Buffer): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  socket.write(request);
  await new Promise((resolve) => socket.once("data", resolve).once("close", resolve));
  return socket.on("data", () => {});
}
