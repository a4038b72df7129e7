import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createToken } from "@scrim/authentication";
import { encodeRequest } from "@scrim/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { framed, grpcCall } from "../../testing/grpc-call.ts";
import { startTestGateway, type TestGateway } from "../../testing/test-gateway.ts";
import { checkGatewayConfig } from "../index.ts";

const shop = createToken("shop-1");
const bank = createToken("bank-1");
const guest = createToken("guest-1");
const stranger = createToken("stranger");

let folder: string;
let gateway: TestGateway;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "scrim-tenants-"));
  const lines = [shop, bank, guest, stranger].map(({ line }) => `${line}\n`).join("");
  writeFileSync(join(folder, "clients.tokens"), lines, { mode: 0o600 });
  writeFileSync(
    join(folder, "bank.yaml"),
    'version: 1\nrules:\n  - { attribute: "order.*", action: drop }\n  - { attribute: plan, action: { replace: "-" } }\n',
  );
  const keep = (attribute: string) => ({ policy: { version: 1, rules: [{ attribute, action: "keep" }] } });
  const auth = { authenticator: "client_auth" };
  gateway = await startTestGateway({
    baseDir: folder,
    http: { auth },
    grpc: { endpoint: "127.0.0.1:0", auth },
    extensions: {
      client_auth: {
        token_file: "clients.tokens",
        clients: {
          shop: { identities: ["token:shop-1"], tenant: "shop" },
          bank: { identities: ["token:bank-1"], tenant: "bank" },
          guest: { identities: ["token:guest-1"], tenant: "unlisted" },
        },
      },
    },
    processors: { policy: { tenants: { shop: keep("user.email"), bank: { file: "bank.yaml" } } } },
    exporters: { debug: { verbosity: "detailed" } },
  });
});
afterEach(async () => {
  await gateway.shutdown();
  rmSync(folder, { recursive: true });
});

const EMAIL = "john@example.com";
const BODY = encodeRequest("logs", {
  resourceLogs: [
    {
      resource: { attributes: [{ key: "tenant", value: { stringValue: "shop" } }] },
      scopeLogs: [
        {
          logRecords: [
            {
              severityNumber: 9,
              attributes: [
                { key: "user.email", value: { stringValue: EMAIL } },
                { key: "order.note", value: { stringValue: "by hand" } },
                { key: "plan", value: { stringValue: "gold" } },
              ],
            },
          ],
        },
      ],
    },
  ],
});

/** What is printed of one request, by the token that came with it. */
async function printedFor(token: string, protocol: "http" | "grpc"): Promise<string> {
  (gateway.printed as string[]).length = 0;
  const headers = { authorization: `Bearer ${token}` };
  if (protocol === "grpc") {
    const path = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
    expect((await grpcCall(gateway.grpcPort, { path, headers, body: framed(BODY) })).status).toBe(0);
  } else {
    const answer = await fetch(`${gateway.url}/v1/logs`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/x-protobuf" },
      body: new Uint8Array(BODY),
    });
    expect(answer.status).toBe(200);
  }
  return gateway.printed.join("");
}

test.each(["http", "grpc"] as const)(
  "each tenant has its own policy, whatever its data says, over %s",
  async (protocol) => {
    const ofShop = await printedFor(shop.token, protocol);
    expect(ofShop).toContain(EMAIL);
    expect(ofShop).toContain("gold");

    const ofBank = await printedFor(bank.token, protocol);
    expect(ofBank).not.toContain(EMAIL);
    expect(ofBank).not.toContain("by hand");
    expect(ofBank).not.toContain("gold");

    const ofGuest = await printedFor(guest.token, protocol);
    expect(ofGuest).not.toContain(EMAIL);
    expect(ofGuest).toContain("by hand");
    expect(ofGuest).toContain("gold");
  },
);

test("130: who is nobody is told so on every path before anything is read, and nothing comes of it", async () => {
  for (const path of ["/v1/logs", "/v1/traces", "/v1/metrics", "/v1development/profiles"]) {
    for (const [authorization, status] of [
      [undefined, 401],
      ["Bearer scrim_wrong", 401],
      [`Bearer ${stranger.token}`, 403],
    ] as const) {
      const answer = await fetch(`${gateway.url}${path}`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(authorization !== undefined && { authorization }),
        },
        body: "not even JSON",
      });
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.headers.get("www-authenticate")).toBe(status === 401 ? 'Bearer realm="otlp"' : null);
      expect(await answer.text()).not.toContain("scrim_");
    }
  }
  expect(gateway.printed).toEqual([]);
});

test("items are counted by the name that the configuration gives a client", async () => {
  await printedFor(shop.token, "http");
  await printedFor(bank.token, "grpc");
  const text = await (await fetch(gateway.metricsUrl!)).text();
  for (const client of ["shop", "bank"])
    expect(text).toContain(
      `scrim_receiver_client_items_total{receiver="otlp",client="${client}",outcome="accepted"} 1`,
    );
  expect(text).not.toContain("token:");
});

test("a central policy holds for everyone: there are no tenants that it would not hold for", async () => {
  const { problems } = await checkGatewayConfig({
    config: {
      receivers: { otlp: { protocols: { http: {} } } },
      processors: {
        policy: {
          tenants: { shop: {} },
          central: {
            url: "https://access.internal",
            trusted: ["policy.pub"],
            audience: { service: "gateway", environment: "production" },
          },
        },
      },
      exporters: { debug: null },
      service: { pipelines: { logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"] } } },
    },
  });
  expect(problems.map(({ code, path }) => [code, path])).toEqual([
    ["CONFIG_INVALID", "processors.policy.tenants"],
  ]);
});
