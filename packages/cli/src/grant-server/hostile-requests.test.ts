import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { startServer, until } from "../../test/running-server.ts";
import { NAME, predicateGrant } from "../../test/stores.ts";
import { REFUSALS } from "./refusal.ts";

const CANARY = "jane.doe-hunter2";

/** What a server sends back to bytes, until it closes or says nothing more for a while. */
async function exchange(url: string, bytes: string | Uint8Array, silenceMs = 100): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let answer = "";
  socket.on("data", (data: Buffer) => {
    answer += data.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.write(bytes);
  socket.setTimeout(silenceMs, () => socket.destroy());
  await once(socket, "close");
  return answer;
}

const leaseBody = JSON.stringify({ ...NAME, instance: "a", wanted: {}, used: {}, returned: {} });
const json = { "content-type": "application/json" };

const CASES: readonly (readonly [
  name: string,
  reason: keyof typeof REFUSALS,
  path: string,
  init: RequestInit,
])[] = [
  ["a path of nobody", "unknown_path", `/v1/${CANARY}`, {}],
  ["a service of nobody", "unknown_service", `/v1/bundles/${CANARY}/production`, {}],
  ["a known service elsewhere", "unknown_service", "/v1/bundles/checkout/staging", {}],
  ["a stream of nobody", "unknown_service", "/v1/bundles/x/y", { headers: { accept: "text/event-stream" } }],
  ["a wrongly encoded path", "malformed", "/v1/bundles/%ff/production", {}],
  [
    "a type that there is not",
    "not_acceptable",
    "/v1/bundles/checkout/production",
    { headers: { accept: "text/html" } },
  ],
  ["a bundle that is put", "method", "/v1/bundles/checkout/production", { method: "PUT", body: CANARY }],
  ["leases that are got", "method", "/v1/grant-uses", {}],
  ["a browser's form", "content_type", "/v1/grant-uses", { method: "POST", body: leaseBody }],
  ["a preflight", "method", "/v1/grant-uses", { method: "OPTIONS" }],
  [
    "a compressed body",
    "content_type",
    "/v1/grant-uses",
    { method: "POST", headers: { ...json, "content-encoding": "gzip" }, body: leaseBody },
  ],
  [
    "JSON that is none",
    "malformed",
    "/v1/grant-uses",
    { method: "POST", headers: json, body: `{"${CANARY}` },
  ],
  [
    "JSON of something else",
    "malformed",
    "/v1/grant-uses",
    { method: "POST", headers: json, body: `{"service":"${CANARY}"}` },
  ],
  ["no body", "malformed", "/v1/grant-uses", { method: "POST", headers: json }],
  [
    "a service of nobody that leases",
    "unknown_service",
    "/v1/grant-uses",
    { method: "POST", headers: json, body: leaseBody.replace("checkout", CANARY) },
  ],
  [
    "a body that is too large",
    "too_large",
    "/v1/grant-uses",
    { method: "POST", headers: json, body: "x".repeat(200_000) },
  ],
];

test.each(CASES)("%s: %s, without a word of the request", async (_, reason, path, init) => {
  const server = await startServer();
  const response = await fetch(server.url + path, init);
  const { status, title } = REFUSALS[reason];
  expect([response.status, response.headers.get("content-type")]).toEqual([
    status,
    "application/problem+json",
  ]);
  const text = await response.text();
  expect(JSON.parse(text)).toEqual({ status, title, reason });
  expect(text).not.toContain(CANARY);
  expect(server.problems).toEqual([]);
  if (status === 405) expect(response.headers.get("allow")).toMatch(/^(?:GET|POST)$/);
});

test("without a token, a page whose name leads here is refused", async () => {
  const server = await startServer();
  const answer = await exchange(
    server.url,
    "GET /v1/bundles/checkout/production HTTP/1.1\r\nHost: attacker.example\r\n\r\n",
  );
  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
});

test("a body without an end, of no said length, is refused at the bound", async () => {
  const server = await startServer();
  const upload = httpRequest(`${server.url}/v1/grant-uses`, { method: "POST", headers: json });
  upload.on("error", () => undefined);
  const answered = once(upload, "response");
  for (let sent = 0; sent < 1_000_000; sent += 50_000) upload.write("x".repeat(50_000));
  const [response] = await answered;
  expect(response.statusCode).toBe(413);
  response.resume();
  await once(response, "close"); // the connection is not kept for the rest
});

test.each([
  [
    "a slow body",
    "POST /v1/grant-uses HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
  ],
  ["slow headers", "GET /v1/bundles/checkout/production HTTP/1.1\r\nHost: localhost\r\n"],
])("%s is given up", async (_, bytes) => {
  const server = await startServer({ requestMs: 300 });
  expect(await exchange(server.url, bytes, 5_000)).toMatch(/^HTTP\/1\.1 408 /);
});

test("headers past the bound are refused", async () => {
  const server = await startServer();
  const bytes = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`;
  expect(await exchange(server.url, bytes, 2_000)).toMatch(/^HTTP\/1\.1 431 /);
});

test("streams are bounded, and those that nobody reads hold no memory", async () => {
  const server = await startServer();
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const open = () =>
    fetch(server.bundleUrl, { headers: { accept: "text/event-stream" }, signal: controller.signal });
  const before = process.memoryUsage().heapUsed;
  const responses: Response[] = []; // held: one that is collected is closed
  for (let i = 0; i < 1_010; i += 101) {
    responses.push(...(await Promise.all(Array.from({ length: 101 }, open))));
  }
  expect(responses.filter(({ status }) => status === 200)).toHaveLength(1_000);
  expect(responses.filter(({ status }) => status === 503)).toHaveLength(10);
  await server.change((store) => ({ ...store, grants: [predicateGrant(1)] }));
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200e6);
  controller.abort();
  await until(async () => {
    const { status, body } = await fetch(server.bundleUrl, { headers: { accept: "text/event-stream" } });
    await body?.cancel();
    return status === 200;
  });
});

test("whatever bytes come, they are refused, and the next one is served", async () => {
  const server = await startServer();
  const good = `POST /v1/grant-uses HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${leaseBody.length}\r\n\r\n${leaseBody}`;
  const changed = fc
    .tuple(fc.nat(good.length - 1), fc.string({ maxLength: 4 }), fc.nat(4))
    .map(([at, text, skipped]) => good.slice(0, at) + text + good.slice(at + skipped));
  await fc.assert(
    fc.asyncProperty(fc.oneof(changed, fc.string()), async (bytes) => {
      expect(await exchange(server.url, bytes, 30)).toMatch(/^(?:$|HTTP\/1\.1 [2-4]\d\d )/);
    }),
    { numRuns: 150 },
  );
  expect((await fetch(server.bundleUrl)).status).toBe(200);
  expect(server.problems).toEqual([]);
});
