import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
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

/** A destination that answers at once, but nothing from `hold` to `release`. */
interface HeldSink {
  readonly url: string;
  hold(): void;
  release(): void;
}

async function startHeldSink(): Promise<HeldSink> {
  let held = Promise.withResolvers<void>();
  held.resolve();
  const server = createServer((request, response) => {
    request.resume().on("end", () => held.promise.then(() => response.writeHead(200).end()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: () => {
      held = Promise.withResolvers();
    },
    release: () => held.resolve(),
  };
}

describe.skipIf(!CAN_MEASURE)("a gateway in a process of its own", { timeout: 300_000 }, () => {
  const IN_FLIGHT_BYTES = 8 * LIMIT_BYTES;
  const request = post(requestProto("logs", ["x".repeat(LIMIT_BYTES - 1_000)]));

  const WITHIN = IN_FLIGHT_BYTES / LIMIT_BYTES;
  const SENT = 10 * WITHIN;

  test("125: ten times what may be in flight, before a slow destination: some is taken, the rest asked to come again", async () => {
    const sink = await startHeldSink();
    const gateway = await start({ sink: sink.url, inFlightSize: `${IN_FLIGHT_BYTES}B` });
    sink.hold();
    const early: (number | undefined)[] = [];
    const late: (number | undefined)[] = [];
    const cost = await gateway.measure(async () => {
      const answers = Array.from({ length: SENT }, async () => {
        const status = statusOf(await sendRaw(gateway.port, [request]));
        (early.length < SENT - WITHIN ? early : late).push(status);
        if (early.length === SENT - WITHIN) sink.release();
      });
      await Promise.all(answers);
    });
    expect(new Set(early)).toEqual(new Set([503]));
    expect(late).toContain(200);
    expectBounded(cost, gateway, Number.POSITIVE_INFINITY);
    await gateway.expectUnharmed();
  });

  test("the bound is one: a gateway that may have 4 GiB in flight goes past it", async () => {
    const sink = await startHeldSink();
    const gateway = await start({ sink: sink.url, inFlightSize: "4GiB" });
    sink.hold();
    await gateway.measure(async (soFar) => {
      const answers = Array.from({ length: SENT }, () => sendRaw(gateway.port, [request]));
      const isPast = () => {
        expect(() => expectBounded(soFar(), gateway, Number.POSITIVE_INFINITY)).toThrow(/memory/);
      };
      await vi.waitFor(isPast, { timeout: 60_000 });
      sink.release();
      await Promise.all(answers);
    });
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
