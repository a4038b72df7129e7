import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type System, startSystem } from "../../../examples/checkout/system.ts";

/* The whole example. What leaves its gateway is a line each record. */

const ORDER = { id: "20260822131500", email: "jane.doe@customers.example", card: "4111 1111 1111 1111" };
const APPROVED = "0af7651916cd43dd8448eb211c80319c";
const LATE = "4bf92f3577b34da6a3ce929d0e0e4736";

/** Processes start slowly on a busy machine. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

async function order(traceId: string): Promise<void> {
  const traceparent = `00-${traceId}-b7ad6b7169203331-00`;
  const status = await system.order({ ...ORDER, postcode: "10115", weights: [400, null] }, { traceparent });
  expect(status).toBe(502);
}

/** Waits for lines that match to leave. */
async function lines(from: number, pattern: RegExp, count: number): Promise<readonly string[]> {
  const matching = () =>
    system
      .left()
      .slice(from)
      .filter((line) => pattern.test(line));
  for (const until = Date.now() + 60_000; matching().length < count && Date.now() < until; ) await sleep(100);
  return matching();
}

const grant = (traceId: string, ...args: string[]) =>
  system.scrim(
    "grant",
    "create",
    "--trace",
    traceId,
    "--for",
    "5m",
    "--service",
    "*",
    "--reason",
    "test",
    ...args,
  );

const DEBUG = /^\S+ debug +\w+ /i;

/** The service of a line. */
const serviceOf = (line: string) => line.split(/ +/)[2]!;

test("a trace that is approved by its id shows the DEBUG records of all services, masked and marked", async () => {
  const said = await grant(APPROVED);
  const [, id] = /grant (\w{16}):/.exec(said)!;
  await sleep(2_000);
  const from = system.left().length;
  await order(APPROVED);
  const verbose = await lines(from, DEBUG, 5);
  const expected = [
    "checkout",
    "checkout",
    "payment",
    ...(system.hasShipping ? ["shipping", "shipping"] : []),
  ];
  expect(verbose.map(serviceOf).toSorted()).toEqual(expected);
  for (const line of verbose) expect(line).toContain(`scrim.grant.id=${id}`);
  expect(verbose.join("\n")).toContain("card [REDACTED:credit_card] is charged by acquirer-2");
  expect(system.left().join("\n")).not.toMatch(/jane\.doe|4111 1111|10115|made-up-key/);
});

test("what a service without an SDK sent before the approval waits in the gateway, and leaves after it", async ({
  skip,
}) => {
  skip(!system.hasShipping, "python3 is not here");
  const from = system.left().length;
  await order(LATE);
  expect(await lines(from, /ERROR shipping no quote/, 1)).toHaveLength(1);
  expect(
    system
      .left()
      .slice(from)
      .filter((line) => DEBUG.test(line)),
  ).toEqual([]);
  await grant(LATE, "--lookback", "60s");
  const released = await lines(from, DEBUG, 2);
  expect(released.map((line) => line.replace(/^\S+ | scrim\.grant\.id=\w+/g, ""))).toEqual([
    "DEBUG shipping parcel of None g postal_code=[REDACTED:location]",
    "DEBUG shipping no tariff: the weight is no number",
  ]);
});
