import { expect, test } from "vitest";
import { gatewayInstance, workerEnvironment } from "./worker.ts";

test("a gateway has one name, which each of its workers is told", () => {
  const told = [0, 1, 1].map((index) => workerEnvironment(index, 2));
  expect(new Set(told.map((each) => each.SCRIM_GATEWAY_INSTANCE))).toEqual(new Set([gatewayInstance()]));
  expect(gatewayInstance()).toMatch(/^[0-9a-f-]{36}$/);
});
