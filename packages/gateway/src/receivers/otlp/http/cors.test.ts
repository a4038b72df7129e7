import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { requestJson } from "../../../../testing/otlp.ts";
import { type RawResponse, rawRequest, sendRaw } from "../../../../testing/raw-http.ts";
import { startTestGateway, type TestGateway } from "../../../../testing/test-gateway.ts";

const JSON_TYPE = { "content-type": "application/json" };

async function start(cors?: object): Promise<TestGateway> {
  const gateway = await startTestGateway(cors === undefined ? {} : { http: { cors } });
  onTestFinished(() => gateway.shutdown());
  return gateway;
}

async function ask(
  gateway: TestGateway,
  method: string,
  headers: Record<string, string>,
): Promise<RawResponse> {
  const body = method === "POST" ? requestJson("logs") : Buffer.alloc(0);
  const [response] = await sendRaw(gateway.port, [
    rawRequest("/v1/logs", { ...JSON_TYPE, ...headers }, body, method),
  ]);
  return response!;
}

const allowed = (response: RawResponse) => response.headers.get("access-control-allow-origin");
const PREFLIGHT = {
  "access-control-request-method": "POST",
  "access-control-request-headers": "content-type",
};

describe("132: CORS", () => {
  test("is off unless configured", async () => {
    const gateway = await start();
    const origin = "https://shop.example";
    expect((await ask(gateway, "OPTIONS", { origin, ...PREFLIGHT })).status).toBe(405);
    const post = await ask(gateway, "POST", { origin });
    expect([post.status, allowed(post), post.headers.get("vary")]).toEqual([200, undefined, undefined]);
  });

  const origins: readonly [patterns: readonly string[], origin: string, isAllowed: boolean][] = [
    [["https://shop.example"], "https://shop.example", true],
    [["https://shop.example"], "https://shop.example:8443", false],
    [["https://shop.example"], "http://shop.example", false],
    [["https://shop.example"], "https://shop.example.evil.example", false],
    [["https://shop.example"], "null", false],
    [["https://*.shop.example"], "https://a.b.shop.example", true],
    [["https://*.shop.example"], "https://shop.example", false],
    [["https://*.shop.example"], "https://evil.example/.shop.example.evil", false],
    [["http://localhost:*"], "http://localhost:5173", true],
    [["http://a.example", "http://b.example"], "http://b.example", true],
    [["*"], "https://anything.example", true],
  ];
  test.each(origins)("%j: from %s %s", async (allowed_origins, origin, isAllowed) => {
    const gateway = await start({ allowed_origins, allowed_headers: ["X-Shop"], max_age: "10m" });
    const preflight = await ask(gateway, "OPTIONS", { origin, ...PREFLIGHT });
    const post = await ask(gateway, "POST", { origin });
    const refused = await ask(gateway, "POST", { origin, "content-encoding": "br" });
    expect([preflight.status, post.status, refused.status]).toEqual([204, 200, 415]);
    for (const response of [preflight, post, refused]) {
      expect(allowed(response)).toBe(isAllowed ? origin : undefined);
      expect(response.headers.get("vary")).toBe("Origin");
      expect(response.headers.has("access-control-allow-credentials")).toBe(false);
    }
    expect(preflight.headers.get("access-control-allow-methods")).toBe(isAllowed ? "POST" : undefined);
    expect(preflight.headers.get("access-control-allow-headers")).toBe(
      isAllowed ? "content-type, content-encoding, X-Shop" : undefined,
    );
    expect(preflight.headers.get("access-control-max-age")).toBe(isAllowed ? "600" : undefined);
  });

  test("any origin: what is told is what was sent, or nothing", async () => {
    const gateway = await start({ allowed_origins: ["https://*.example"] });
    const property = fc.asyncProperty(fc.string({ unit: "grapheme-ascii", maxLength: 40 }), async (text) => {
      const origin = text.trim();
      const response = await ask(gateway, "POST", { origin });
      expect([origin, undefined]).toContain(allowed(response));
    });
    await fc.assert(property, { numRuns: 50 });
  });

  test.each([["shop.example"], ["https://shop.example/path"], ["HTTPS://shop.example"], [""]])(
    "%j is no origin, and stops the start",
    async (origin) => {
      await expect(startTestGateway({ http: { cors: { allowed_origins: [origin] } } })).rejects.toMatchObject(
        {
          code: "CONFIG_INVALID",
          path: "receivers.otlp.protocols.http.cors.allowed_origins.0",
        },
      );
    },
  );
});
