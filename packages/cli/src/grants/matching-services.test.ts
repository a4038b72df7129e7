import { expect, test } from "vitest";
import { matchingServices } from "./matching-services.ts";

const STORE = {
  format: 1 as const,
  grants: [],
  services: [
    ["checkout", "production"],
    ["checkout", "staging"],
    ["checkout-worker", "production"],
    ["stock", "staging"],
  ].map(([service, environment]) => ({ service: service!, environment: environment!, keys: [] })),
};

const CASES: readonly (readonly [services: string[], environments: string[], names: string[]])[] = [
  [["stock"], [], ["stock/staging"]],
  [["checkout"], ["production"], ["checkout/production"]],
  [["checkout*"], ["production"], ["checkout/production", "checkout-worker/production"]],
  [["*"], ["stag*"], ["checkout/staging", "stock/staging"]],
  [["stock", "checkout-worker"], ["*"], ["checkout-worker/production", "stock/staging"]],
];

test.each(CASES)("%j in %j are %j", (services, environments, names) => {
  const found = matchingServices(STORE, services, environments);
  expect(found.map(({ service, environment }) => `${service}/${environment}`)).toEqual(names);
});

test.each([
  ["no service", ["stok"], [], "--service", "checkout in production"],
  ["no environment", ["stock"], ["production"], "--environment", "stock in staging"],
  ["environments that were not told apart", ["checkout"], [], "--environment", "checkout in staging"],
])("%s: refused, with what there is", (_, services, environments, path, hint) => {
  let error: unknown;
  try {
    matchingServices(STORE, services, environments);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: "INPUT_INVALID", path, hint: expect.stringContaining(hint) });
});
