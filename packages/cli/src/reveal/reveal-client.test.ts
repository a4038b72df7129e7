import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createRevealClient, type RevealClientOptions } from "./reveal-client.ts";

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A service that gives these answers, one after the other, and the last for good. */
async function answering(
  answers: readonly (readonly [status: number, body?: string, headers?: Record<string, string>])[],
  options: Partial<RevealClientOptions> = {},
) {
  const bodies: unknown[] = [];
  const url = await serving(async (request, response) => {
    bodies.push(JSON.parse((await request.toArray()).join("")));
    const [status, body = "{}", headers = {}] = answers[Math.min(bodies.length, answers.length) - 1]!;
    response.writeHead(status, headers).end(body);
  });
  return { ask: createRevealClient({ url, credential: "t0ken", retryMs: 5, ...options }), bodies, url };
}

test("a token is sent with the caller's credential and grant, and its value comes back", async () => {
  let head: unknown;
  const url = await serving((request, response) => {
    head = [request.method, request.url, request.headers.authorization, request.headers["content-type"]];
    response.end(JSON.stringify({ value: "jane", facts: {}, entry: 7 }));
  });
  const ask = createRevealClient({ url: `${url}/`, credential: "t0ken", grant: "00112233aabbccdd" });
  expect(await ask("[SEALED:v1:x]")).toEqual({ kind: "opened", value: "jane" });
  expect(head).toEqual(["POST", "/v1/reveal", "Bearer t0ken", "application/json"]);
  const { ask: askAny, bodies } = await answering([[200, '{"value":""}']]);
  expect(await askAny("x")).toEqual({ kind: "opened", value: "" });
  expect(bodies).toEqual([{ token: "x" }]);
});

test("a refusal is one, and not asked about again", async () => {
  const { ask, bodies } = await answering([[403], [200, '{"value":"jane"}']]);
  expect(await ask("x")).toEqual({ kind: "refused" });
  expect(bodies).toHaveLength(1);
});

test("a service that comes back is asked again, one that doesn't has said nothing", async () => {
  const back = await answering([[503], [500], [200, '{"value":"jane"}']]);
  expect(await back.ask("x")).toEqual({ kind: "opened", value: "jane" });
  const gone = await answering([[503]]);
  expect(await gone.ask("x")).toEqual({ kind: "unanswered" });
  expect(gone.bodies).toHaveLength(3);
  const ask = createRevealClient({ url: "http://127.0.0.1:9", credential: "t0ken", retryMs: 1 });
  expect(await ask("x")).toEqual({ kind: "unanswered" });
});

test("who is refused too often waits as long as told, but not for ever", async () => {
  const { ask, bodies } = await answering([
    [429, "{}", { "retry-after": "1" }],
    [200, '{"value":"jane"}'],
  ]);
  const started = performance.now();
  expect(await ask("x")).toEqual({ kind: "opened", value: "jane" });
  expect(performance.now() - started).toBeGreaterThan(950);
  expect(bodies).toHaveLength(2);
  const day = await answering([[429, "{}", { "retry-after": "86400" }]]);
  expect(await day.ask("x")).toEqual({ kind: "unanswered" });
  expect(day.bodies).toHaveLength(1);
});

test.each<[string, readonly [number, string?, Record<string, string>?], string]>([
  ["does not know the caller", [401], "it does not know who asks"],
  ["serves nothing there", [404], "it answers 404"],
  ["answers with something else", [200, "<html>"], "its answer has no value"],
  ["answers with a value that is no text", [200, '{"value":1}'], "its answer has no value"],
  ["answers without an end", [200, "x".repeat(2 << 20)], "its answer is too large"],
])("a service that %s is not asked again", async (_, answer, reason) => {
  const { ask, bodies } = await answering([answer]);
  await expect(ask("x")).rejects.toThrow(
    expect.objectContaining({ code: "SOURCE_UNREACHABLE", message: expect.stringContaining(reason) }),
  );
  expect(bodies).toHaveLength(1);
});

test("a service that sends elsewhere gets no credential there", async () => {
  const asked: unknown[] = [];
  const other = await serving((request, response) => {
    asked.push(request.headers.authorization);
    response.end('{"value":"x"}');
  });
  const { ask } = await answering([[307, "", { location: other }]]);
  expect(await ask("x")).toEqual({ kind: "unanswered" });
  expect(asked).toEqual([]);
});

test.each([
  "reveal.internal",
  "ftp://reveal.internal",
  "http://reveal.internal",
  "http://10.0.0.1",
  "http://127.evil.example",
  "http://localhost.evil.example",
  "https://user:password@reveal.internal",
  "https://reveal.internal/?x",
  "",
])("%j is no address that a credential is sent to", (url) => {
  expect(() => createRevealClient({ url, credential: "t0ken" })).toThrow(
    expect.objectContaining({ code: "INPUT_INVALID", path: "--url" }),
  );
});

test.each([
  "https://reveal.internal",
  "https://reveal.internal/base/",
  "http://localhost:1",
  "http://[::1]:1",
  "http://127.0.0.1:1",
])("%s is one", (url) => {
  expect(() => createRevealClient({ url, credential: "t0ken" })).not.toThrow();
});
