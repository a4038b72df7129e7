import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { type PageServer, startPageServer } from "./page-server.ts";

const PAGES = {
  "/page": () => ({ status: 200, type: "text/plain", body: "a page" }),
  "/broken": () => {
    throw new Error("canary");
  },
};

const servers: PageServer[] = [];
afterAll(async () => {
  for (const server of servers) await server.shutdown();
});

async function start(isLocalOnly = false): Promise<number> {
  const endpoint = { host: "127.0.0.1", port: 0 };
  const server = await startPageServer({ endpoint, path: "here", pages: () => PAGES, isLocalOnly });
  servers.push(server);
  return server.endpoint.port;
}

const port = await start();
const localPort = await start(true);

/** What a server says to these bytes, until it closes or has had a moment. */
async function exchange(bytes: Uint8Array | string, at = port, waitMs = 40): Promise<string> {
  const socket = connect(at, "127.0.0.1");
  let said = "";
  socket.on("data", (chunk) => {
    said += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  socket.end(bytes);
  await Promise.race([closed, setTimeout(waitMs + 5_000)]);
  socket.destroy();
  return said;
}

const statusOf = (said: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(said)?.[1] ?? 0);

const ANSWERS: readonly [name: string, request: string, status: number][] = [
  ["GET", "GET /page HTTP/1.1\r\nhost: x\r\n\r\n", 200],
  ["GET with a query", "GET /page?a=/etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n", 200],
  ["HEAD", "HEAD /page HTTP/1.1\r\nhost: x\r\n\r\n", 200],
  ["another path", "GET /pag HTTP/1.1\r\nhost: x\r\n\r\n", 404],
  ["a name of every object", "GET /constructor HTTP/1.1\r\nhost: x\r\n\r\n", 404],
  ["__proto__", "GET __proto__ HTTP/1.1\r\nhost: x\r\n\r\n", 400],
  ["a whole URL", "GET http://elsewhere/page HTTP/1.1\r\nhost: x\r\n\r\n", 404],
  ["POST", "POST /page HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc", 405],
  ["DELETE", "DELETE /page HTTP/1.1\r\nhost: x\r\n\r\n", 405],
  ["OPTIONS *", "OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n", 404],
  ["an expectation", "GET /page HTTP/1.1\r\nhost: x\r\nexpect: all\r\n\r\n", 417],
  ["a page that can't be made", "GET /broken HTTP/1.1\r\nhost: x\r\n\r\n", 500],
  ["no HTTP", "\u0016\u0003\u0001", 400],
  ["two lengths", "GET /page HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400],
  [
    "length and chunks",
    "GET /page HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
    400,
  ],
  ["headers without end", `GET /page HTTP/1.1\r\nx: ${"y".repeat(20_000)}\r\n\r\n`, 400],
  ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
];

test.each(ANSWERS)("%s is answered %#", async (_, request, status) => {
  const said = await exchange(request);
  expect(statusOf(said)).toBe(status);
  expect(said).not.toContain("canary");
});

test("HEAD has the headers of GET and no body", async () => {
  const [get, head] = [
    await exchange("GET /page HTTP/1.1\r\nhost: x\r\n\r\n"),
    await exchange("HEAD /page HTTP/1.1\r\nhost: x\r\n\r\n"),
  ];
  expect(get.endsWith("\r\n\r\na page")).toBe(true);
  expect([head.endsWith("\r\n\r\n"), head.includes("content-length: 6")]).toEqual([true, true]);
});

test("405 says what is allowed", async () => {
  expect(await exchange("PUT /page HTTP/1.1\r\nhost: x\r\n\r\n")).toMatch(/\r\nallow: GET, HEAD\r\n/i);
});

test("a page for this machine alone is not given to who asks for another: a name that was pointed here", async () => {
  const status = async (host: string) =>
    statusOf(await exchange(`GET /page HTTP/1.1\r\nhost: ${host}\r\n\r\n`, localPort));
  for (const host of ["127.0.0.1", "127.0.0.1:55679", "localhost:1", "[::1]:1"])
    expect(await status(host)).toBe(200);
  for (const host of ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", ""])
    expect(await status(host)).toBe(421);
});

test("CVE-2026-44902: no bytes whatever make it throw, hang or stop; each is answered as HTTP or not at all", async () => {
  const good = Buffer.from("GET /page HTTP/1.1\r\nhost: x\r\naccept: text/html\r\ncontent-length: 0\r\n\r\n");
  const mutated = fc
    .array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 })
    .map((edits) => {
      const bytes = Buffer.from(good);
      for (const [at, value] of edits) bytes[at] = value;
      return bytes;
    });
  const pieces = fc
    .array(
      fc.constantFrom(
        "GET ",
        "/page",
        " HTTP/1.1",
        "\r\n",
        "\n",
        "\0",
        "host: x",
        "transfer-encoding: chunked",
        "content-length: -1",
        "content-length: 99999999999999999999",
        "expect: 100-continue",
        "upgrade: websocket",
        "connection: upgrade",
        "ffffffffff",
        "0\r\n\r\n",
        "CONNECT x:1",
        "%00",
        "/../..",
      ),
      { maxLength: 12 },
    )
    .map((parts) => Buffer.from(parts.join("")));
  const cut = fc.nat(good.length).map((end) => good.subarray(0, end));
  const input = fc.oneof(
    mutated,
    pieces,
    cut,
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(input, { minLength: 8, maxLength: 8 }), async (batch) => {
      for (const said of await Promise.all(batch.map((bytes) => exchange(bytes))))
        if (said !== "") expect([200, 400, 404, 405, 408, 417, 431, 500, 100]).toContain(statusOf(said));
      expect(statusOf(await exchange("GET /page HTTP/1.1\r\nhost: x\r\n\r\n"))).toBe(200);
    }),
    { numRuns: 150 },
  );
}, 120_000);
