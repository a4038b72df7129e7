import { generateKeys } from "@scrim/grants";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  CALLERS,
  type Caller,
  captureInput,
  enrolPay,
  type Reply,
  type RunningAccess,
  revealInput,
  runAccess,
} from "./running-access.ts";

/*
 * Who gets what from each route: role × action × route, over HTTP. A cell is the status, and the reason where it is refused. What somebody may not
 * see answers as what isn't there: 404.
 *
 * ana asks for captures and reveals; ben is her colleague who approves, and owns bot; cy approves; dora administers; eva is of security; olaf's team
 * owns the service; nobody has no role; zoe has all roles in another tenant; bot acts for ana, "cy+bot" for cy; pay-pods are processes of the service;
 * reveal is the reveal service.
 */

let access: RunningAccess;
beforeAll(async () => {
  access = await runAccess({
    isRooted: true,
    config: { rules: { break_glass: { capabilities: ["capture"] } } },
  });
  await enrolPay(access);
});
afterAll(() => access.stop());

type Who = Caller | "bot for ana" | "bot for cy" | "anyone";
const WHO: readonly Who[] = [
  ...CALLERS.filter((caller) => caller !== "bot"),
  "bot",
  "bot for ana",
  "bot for cy",
  "anyone",
];

async function call(who: Who, method: string, path: string, body?: unknown): Promise<Reply> {
  if (who === "anyone") return await access.call(undefined, method, path, { body });
  const [caller, actingFor] = who.split(" for ") as [Caller, string | undefined];
  const headers = actingFor === undefined ? {} : { "scrim-acting-for": actingFor };
  return await access.call(caller, method, path, { body, headers });
}

async function created(who: Who, path: string, input: object): Promise<string> {
  const { status, body, text } = await call(who, "POST", path, input);
  if (status !== 201) throw new Error(text);
  return body.id as string;
}

const captureOfAna = () => created("ana", "/v1/requests", captureInput());
const revealOfAna = () => created("ana", "/v1/requests", revealInput());
const captureOfBot = () => created("bot for ana", "/v1/requests", captureInput());
async function grantOfAna(input = captureInput()): Promise<string> {
  const request = await created("ana", "/v1/requests", input);
  const { body } = await call("cy", "POST", `/v1/requests/${request}/approve`, {});
  return body.grant as string;
}
/** Taken by cy, and looked at by eva before the next is taken. */
let taken: string | undefined;
async function brokenGlass(): Promise<string> {
  if (taken !== undefined) await call("eva", "POST", `/v1/grants/${taken}/review`, {});
  const request = await created("cy", "/v1/break-glass", captureInput());
  const { body } = await call("cy", "GET", `/v1/requests/${request}`);
  taken = body.grant as string;
  return taken;
}
const service = () => ({
  service: `s-${Math.random()}`,
  environment: "test",
  public_key: generateKeys("service").publicKey,
});
const lease = {
  service: "pay",
  environment: "production",
  instance: "a",
  wanted: {},
  used: {},
  returned: {},
};

const policy = (services: string) => ({
  audience: { services: [services], environments: ["test"] },
  documents: [{ name: "policy", text: "version: 1\ndetectors: { use: [] }\n" }],
  reason: "a first policy",
});
const policyOfDora = () => created("dora", "/v1/policies", policy(`p-${Math.random()}`));
const acknowledgement = { service: "pay", environment: "production", instance: "a" };

type Row = readonly [
  name: string,
  ask: (who: Who) => Promise<Reply>,
  /** The answer that most get, and the ones that differ. */
  answers: { readonly others: string } & Readonly<Partial<Record<Who, string>>>,
];

const OK = "200";
const MADE = "201";
const NO = "403 forbidden";
const OWN = "403 own_request";
const GONE = "404 unknown";
const WHO_ARE_YOU = "401 unauthenticated";
/** Of another tenant, where it doesn't matter who there. */
const ELSEWHERE = { zoe: GONE } as const;

/** Who may read dora's policy, and what they get. */
const POLICY_READERS = (answer: string) => ({
  others: GONE,
  ana: answer,
  ben: answer,
  cy: answer,
  dora: answer,
  "pay-pods": answer,
  reveal: answer,
  bot: answer,
  "bot for ana": answer,
  "bot for cy": answer,
});

const ROWS: readonly Row[] = [
  ["GET /v1/whoami", (who) => call(who, "GET", "/v1/whoami"), { others: OK }],
  ["GET /v1/health", (who) => call(who, "GET", "/v1/health"), { others: OK, anyone: OK }],
  ["GET /v1/openapi.json", (who) => call(who, "GET", "/v1/openapi.json"), { others: OK, anyone: OK }],
  ["GET /docs", (who) => call(who, "GET", "/docs"), { others: OK, anyone: OK }],
  [
    "POST /v1/requests, to capture",
    (who) => call(who, "POST", "/v1/requests", captureInput()),
    // In the other tenant no such service is enrolled.
    {
      others: NO,
      ana: MADE,
      ben: MADE,
      cy: MADE,
      "bot for ana": MADE,
      "bot for cy": MADE,
      zoe: "422 no_service",
    },
  ],
  [
    "POST /v1/requests, to reveal",
    (who) => call(who, "POST", "/v1/requests", revealInput()),
    { others: NO, ana: MADE, ben: MADE, cy: MADE, zoe: "422 no_service" },
  ],
  [
    "POST /v1/break-glass",
    async (who) => {
      if (taken !== undefined) await call("eva", "POST", `/v1/grants/${taken}/review`, {});
      const reply = await call(who, "POST", "/v1/break-glass", captureInput());
      if (reply.status === 201) taken = reply.body.grant as string;
      return reply;
    },
    { others: NO, cy: MADE, zoe: "422 no_service" },
  ],
  ["GET /v1/requests", (who) => call(who, "GET", "/v1/requests"), { others: OK }],
  [
    "GET /v1/requests/{id}, of ana",
    async (who) => call(who, "GET", `/v1/requests/${await captureOfAna()}`),
    {
      others: GONE,
      ana: OK,
      ben: OK,
      cy: OK,
      eva: OK,
      olaf: OK,
      bot: OK,
      "bot for ana": OK,
      "bot for cy": OK,
    },
  ],
  [
    "GET /v1/requests/{id}, to reveal",
    async (who) => call(who, "GET", `/v1/requests/${await revealOfAna()}`),
    {
      others: GONE,
      ana: OK,
      ben: OK,
      cy: OK,
      eva: OK,
      olaf: OK,
      bot: OK,
      "bot for ana": OK,
      "bot for cy": OK,
    },
  ],
  [
    "POST /v1/requests/{id}/approve, of ana",
    async (who) => call(who, "POST", `/v1/requests/${await captureOfAna()}/approve`, {}),
    {
      others: GONE,
      ana: OWN,
      ben: OK,
      cy: OK,
      eva: NO,
      olaf: NO,
      bot: NO,
      "bot for ana": OWN,
      "bot for cy": NO,
    },
  ],
  [
    "POST /v1/requests/{id}/approve, to reveal",
    async (who) => call(who, "POST", `/v1/requests/${await revealOfAna()}/approve`, {}),
    {
      others: GONE,
      ana: OWN,
      ben: OK,
      cy: OK,
      eva: NO,
      olaf: NO,
      bot: NO,
      "bot for ana": OWN,
      "bot for cy": NO,
    },
  ],
  [
    "POST /v1/requests/{id}/approve, of ana's machine, which is ben's",
    async (who) => call(who, "POST", `/v1/requests/${await captureOfBot()}/approve`, {}),
    {
      others: GONE,
      ana: OWN,
      ben: OWN,
      cy: OK,
      eva: NO,
      olaf: NO,
      bot: OWN,
      "bot for ana": OWN,
      "bot for cy": OWN,
    },
  ],
  [
    "POST /v1/requests/{id}/deny, of ana",
    async (who) => call(who, "POST", `/v1/requests/${await captureOfAna()}/deny`, {}),
    {
      others: GONE,
      ana: OWN,
      ben: OK,
      cy: OK,
      eva: NO,
      olaf: NO,
      bot: NO,
      "bot for ana": OWN,
      "bot for cy": NO,
    },
  ],
  [
    "POST /v1/requests/{id}/cancel, of ana",
    async (who) => call(who, "POST", `/v1/requests/${await captureOfAna()}/cancel`, {}),
    {
      others: GONE,
      ana: OK,
      ben: NO,
      cy: NO,
      eva: NO,
      olaf: NO,
      bot: NO,
      "bot for ana": OK,
      "bot for cy": NO,
    },
  ],
  ["GET /v1/grants", (who) => call(who, "GET", "/v1/grants"), { others: OK }],
  [
    "GET /v1/grants/{id}, of ana",
    async (who) => call(who, "GET", `/v1/grants/${await grantOfAna()}`),
    {
      others: GONE,
      ana: OK,
      ben: OK,
      cy: OK,
      eva: OK,
      olaf: OK,
      bot: OK,
      "bot for ana": OK,
      "bot for cy": OK,
    },
  ],
  [
    "POST /v1/grants/{id}/revoke, of ana",
    async (who) => call(who, "POST", `/v1/grants/${await grantOfAna()}/revoke`, {}),
    {
      others: GONE,
      ana: OK,
      ben: OK,
      cy: OK,
      eva: OK,
      olaf: OK,
      bot: OK,
      "bot for ana": OK,
      "bot for cy": OK,
    },
  ],
  [
    "POST /v1/grants/{id}/review, of cy",
    async (who) => call(who, "POST", `/v1/grants/${await brokenGlass()}/review`, {}),
    { others: GONE, ben: NO, cy: OWN, eva: OK, olaf: NO, bot: NO, "bot for cy": OWN },
  ],
  [
    "POST /v1/services",
    (who) => call(who, "POST", "/v1/services", service()),
    { others: NO, dora: MADE, zoe: MADE },
  ],
  ["GET /v1/services", (who) => call(who, "GET", "/v1/services"), { others: OK }],
  [
    "DELETE /v1/services/{service}/{environment}",
    async (who) => {
      const { service: name, environment } = (await call("dora", "POST", "/v1/services", service())).body;
      return await call(who, "DELETE", `/v1/services/${name}/${environment}`);
    },
    // zoe may remove services of her tenant, in which there is none of that name.
    { others: NO, dora: OK, ...ELSEWHERE },
  ],
  [
    "GET /v1/bundles/{service}/{environment}",
    (who) => call(who, "GET", "/v1/bundles/pay/production"),
    { others: "404 unknown_service", "pay-pods": OK },
  ],
  [
    "GET /v1/reveal-bundles/{audience}",
    (who) => call(who, "GET", "/v1/reveal-bundles/reveal"),
    { others: "404 unknown_service", reveal: OK },
  ],
  ["GET /v1/key-set", (who) => call(who, "GET", "/v1/key-set"), { others: OK }],
  [
    "POST /v1/grant-uses",
    (who) => call(who, "POST", "/v1/grant-uses", lease),
    { others: "404 unknown_service", "pay-pods": OK },
  ],
  [
    "POST /v1/policies",
    (who) => call(who, "POST", "/v1/policies", policy("a")),
    { others: NO, dora: MADE, zoe: MADE },
  ],
  ["GET /v1/policies", (who) => call(who, "GET", "/v1/policies"), { others: OK }],
  [
    "GET /v1/policies/{id}",
    async (who) => call(who, "GET", `/v1/policies/${await policyOfDora()}`),
    POLICY_READERS(OK),
  ],
  [
    "POST /v1/policies/{id}/approve",
    async (who) => call(who, "POST", `/v1/policies/${await policyOfDora()}/approve`, {}),
    { ...POLICY_READERS(NO), dora: OWN },
  ],
  [
    "POST /v1/policies/{id}/deny",
    async (who) => call(who, "POST", `/v1/policies/${await policyOfDora()}/deny`, {}),
    { ...POLICY_READERS(NO), dora: OWN },
  ],
  [
    "POST /v1/policies/{id}/stage",
    async (who) => call(who, "POST", `/v1/policies/${await policyOfDora()}/stage`, { share: 100 }),
    { ...POLICY_READERS(NO), dora: "409 not_stageable" },
  ],
  [
    "GET /v1/policies/{id}/processes",
    async (who) => call(who, "GET", `/v1/policies/${await policyOfDora()}/processes`),
    POLICY_READERS(OK),
  ],
  [
    "GET /v1/policy-bundles/{service}/{environment}",
    (who) => call(who, "GET", "/v1/policy-bundles/pay/production"),
    { others: "404 unknown_service", "pay-pods": OK },
  ],
  [
    "POST /v1/policy-acknowledgements",
    (who) => call(who, "POST", "/v1/policy-acknowledgements", acknowledgement),
    { others: "404 unknown_service", "pay-pods": OK },
  ],
  // The log is the tenant's that is configured: here nobody's who asks.
  ["GET /v1/audit/{file}", (who) => call(who, "GET", "/v1/audit/checkpoint"), { others: GONE }],
];

test.each(ROWS)("%s", { timeout: 30_000 }, async (_, ask, answers) => {
  const expected: Record<string, string> = {};
  const actual: Record<string, string> = {};
  for (const who of WHO) {
    expected[who] = answers[who] ?? (who === "anyone" ? WHO_ARE_YOU : answers.others);
    const { status, body } = await ask(who);
    actual[who] = status < 400 ? String(status) : `${status} ${body.reason}`;
  }
  expect(actual).toEqual(expected);
  expect(access.problems).toEqual([]);
});

test("no route is without a row", async () => {
  const { body } = await access.call<{ paths: Record<string, Record<string, unknown>> }>(
    undefined,
    "GET",
    "/v1/openapi.json",
  );
  const routes = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const rows = new Set(ROWS.map(([name]) => name.split(",", 1)[0]));
  expect(routes.filter((route) => !rows.has(route))).toEqual([]);
});
