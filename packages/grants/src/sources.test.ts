import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { AUDIENCE, bundle, grant, keys, TRACE_ID } from "../test/fixtures.ts";
import { signBundle } from "./bundle.ts";
import { BundleIntake } from "./bundle-intake.ts";
import { FileSource } from "./file-source.ts";
import { GrantSet } from "./grant-set.ts";
import { HttpSource } from "./http-source.ts";
import { type BundleSource, MemorySource } from "./sources.ts";

const signing = keys("signing");
const service = keys("service");

const now = () => Math.floor(Date.now() / 1000);
function signed(version: number, grants = [grant({ not_before: 1, expires_at: now() + 600 })]): Buffer {
  const times = { version, issuedAt: now(), expiresAt: now() + 60 };
  return signBundle(bundle(grants, times), signing.privateKey, [service.publicKey]);
}

function started(source: BundleSource) {
  const grants = new GrantSet();
  const options = { audience: AUDIENCE, trusted: [signing.publicKey], own: [service.privateKey] };
  const problems: unknown[] = [];
  source.start(new BundleIntake(grants, options), (problem) => problems.push(problem));
  onTestFinished(() => source.close());
  return { grants, problems, isApproved: () => grants.forTraceId(TRACE_ID) !== undefined };
}

test("bundles of the program itself are taken, also one from before the start", () => {
  const source = new MemorySource();
  source.put(signed(1));
  const { isApproved } = started(source);
  expect(isApproved()).toBe(true);
  source.put(signed(2, []));
  expect(isApproved()).toBe(false);
  expect(() => source.put(signed(1))).toThrow("not after version 2");
});

test("a file is followed as it is replaced, and its mode looked at", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-source-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "bundle");
  const { isApproved, problems } = started(new FileSource(file, 20));
  expect(problems).toMatchObject([{ code: "CONFIG_UNREADABLE", path: file }]);
  writeFileSync(file, signed(1), { mode: 0o600 });
  await vi.waitUntil(isApproved);
  writeFileSync(join(folder, "next"), signed(2, []), { mode: 0o600 });
  renameSync(join(folder, "next"), file);
  await vi.waitUntil(() => !isApproved());
  writeFileSync(join(folder, "next"), signed(3), { mode: 0o600 });
  chmodSync(join(folder, "next"), 0o644);
  renameSync(join(folder, "next"), file);
  await vi.waitUntil(() => problems.length === 2);
  expect(problems[1]).toMatchObject({ message: expect.stringContaining("others than its owner") });
  expect(isApproved()).toBe(false);
  chmodSync(file, 0o600);
  await vi.waitUntil(isApproved);
});

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/bundles/checkout/production`;
}

/** A server of bundles as they are now, which pushes what is put. */
function bundleServer() {
  const streams = new Set<ServerResponse>();
  const seen: {
    accept: string;
    etag: string | undefined;
    resumed: string | undefined;
    auth: string | undefined;
  }[] = [];
  const state = { bytes: signed(1), version: 1, pushes: true, fails: false };
  const listener: RequestListener = (request, response) => {
    const {
      accept = "",
      "if-none-match": etag,
      "last-event-id": resumed,
      authorization: auth,
    } = request.headers;
    seen.push({ accept, etag, resumed: resumed as string | undefined, auth });
    if (state.fails) {
      response.writeHead(503).end();
    } else if (accept === "text/event-stream" && state.pushes) {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(": hello\n\n");
      streams.add(response);
    } else if (etag === `"${state.version}"`) {
      response.writeHead(304).end();
    } else {
      response.writeHead(200, { etag: `"${state.version}"` }).end(state.bytes);
    }
  };
  const put = (bytes: Buffer) => {
    state.bytes = bytes;
    state.version++;
    for (const stream of streams)
      stream.write(`id: ${state.version}\nevent: bundle\ndata: ${bytes.toString("base64")}\n\n`);
  };
  const cut = () => {
    for (const stream of streams) stream.destroy();
    streams.clear();
  };
  return { listener, state, put, cut, seen, streams };
}

test("a server's bundle is there at once, and a revocation within the second", async () => {
  const server = bundleServer();
  const url = await serving(server.listener);
  const { isApproved } = started(new HttpSource({ url, authorization: () => "Bearer t0ken" }));
  await vi.waitUntil(() => isApproved() && server.streams.size === 1);
  server.put(signed(2, []));
  const pushed = performance.now();
  await vi.waitUntil(() => !isApproved(), { interval: 5 });
  expect(performance.now() - pushed).toBeLessThan(1_000);
  expect(server.seen.every(({ auth }) => auth === "Bearer t0ken")).toBe(true);
});

test("a stream that is cut is taken up again, from where it was", async () => {
  const server = bundleServer();
  const url = await serving(server.listener);
  const { isApproved } = started(new HttpSource({ url, waitMinMs: 10 }));
  await vi.waitUntil(() => server.streams.size === 1);
  server.put(signed(2, []));
  await vi.waitUntil(() => !isApproved());
  server.cut();
  await vi.waitUntil(() => server.streams.size === 1);
  expect(server.seen.at(-1)?.resumed).toBe("2");
  expect(server.seen.at(-2)?.etag).toBe('"1"');
  server.put(signed(3));
  await vi.waitUntil(isApproved);
});

test("a stream without a sign of life is given up, and what was missed meanwhile arrives", async () => {
  const server = bundleServer();
  const url = await serving(server.listener);
  const { isApproved } = started(new HttpSource({ url, waitMinMs: 10, silenceMaxMs: 200 }));
  await vi.waitUntil(() => isApproved() && server.streams.size === 1);
  server.streams.clear(); // the other end is gone, and nobody hears of it
  server.put(signed(2, []));
  await vi.waitUntil(() => !isApproved(), { timeout: 10_000 });
  expect(server.seen.filter(({ etag }) => etag === '"1"').length).toBeGreaterThan(0);
});

test("a stream whose server gives signs of life stands, however long there is no bundle", async () => {
  const server = bundleServer();
  const url = await serving(server.listener);
  const comments = setInterval(() => {
    for (const stream of server.streams) stream.write(":\n\n");
  }, 50);
  onTestFinished(() => clearInterval(comments));
  const { isApproved, problems } = started(new HttpSource({ url, waitMinMs: 10, silenceMaxMs: 1_000 }));
  await vi.waitUntil(() => isApproved() && server.streams.size === 1);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(server.seen.filter(({ accept }) => accept === "text/event-stream").length).toBe(1);
  expect(problems).toEqual([]);
  server.put(signed(2, []));
  await vi.waitUntil(() => !isApproved());
});

test("a server that fails is told of once, and asked again", async () => {
  const server = bundleServer();
  server.state.fails = true;
  const url = await serving(server.listener);
  const { isApproved, problems } = started(new HttpSource({ url, waitMinMs: 10 }));
  await vi.waitUntil(() => server.seen.length >= 3);
  expect(problems).toMatchObject([{ code: "SOURCE_UNREACHABLE" }]);
  expect(JSON.stringify(problems)).not.toContain(url);
  server.state.fails = false;
  await vi.waitUntil(isApproved);
});

test.each<[string, RequestListener]>([
  ["redirects", (_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
  ["answers with something else", (_, response) => response.end("<html>")],
  ["answers without an end", (_, response) => void response.write("scrim-bundle/1 ")],
  ["hangs up", (request) => void request.socket.destroy()],
])("a server that %s brings nothing", async (_, listener) => {
  const url = await serving(listener);
  const { grants, problems } = started(new HttpSource({ url, waitMinMs: 10 }));
  await vi.waitUntil(() => problems.length > 0 || listener.length === 2, { timeout: 3_000 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(grants.isEmpty).toBe(true);
});

test("an id that no header can hold is not sent back, and the stream is taken up again", async () => {
  const server = bundleServer();
  const url = await serving(server.listener);
  const { isApproved } = started(new HttpSource({ url, waitMinMs: 10 }));
  await vi.waitUntil(() => server.streams.size === 1);
  for (const stream of server.streams)
    stream.write(`id: \u4e2d\ndata: x\n\nid: ${"x".repeat(1e6)}\ndata: x\n\n`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  server.cut();
  await vi.waitUntil(() => server.streams.size === 1);
  expect(server.seen.at(-1)?.resumed).toBe(undefined);
  server.put(signed(2, []));
  await vi.waitUntil(() => !isApproved());
});

test("a server that serves nothing but what is refused is asked less and less, and told of once", async () => {
  let asked = 0;
  const listener: RequestListener = (request, response) => {
    asked++;
    if (request.headers.accept === "text/event-stream") return void response.writeHead(200).end();
    response.end(asked % 2 === 0 ? "nonsense" : signed(1).subarray(0, -1));
  };
  const url = await serving(listener);
  const { problems } = started(new HttpSource({ url, waitMinMs: 20 }));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(asked).toBeGreaterThan(2);
  expect(asked).toBeLessThan(9); // 20, 40, 80, … ms, or half of them
  expect(problems).toMatchObject([{ code: "BUNDLE_REFUSED" }]);
});

test("what is closed asks no more", async () => {
  const server = bundleServer();
  const url = await serving(server.listener);
  const source = new HttpSource({ url, waitMinMs: 10 });
  started(source);
  await vi.waitUntil(() => server.streams.size === 1);
  source.close();
  source.close();
  const asked = server.seen.length;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(server.seen.length).toBe(asked);
});

test("a stream that stands keeps no process alive", async () => {
  const server = bundleServer();
  const url = await serving(server.listener);
  const source = JSON.stringify(new URL("./http-source.ts", import.meta.url).href);
  const program = `import { HttpSource } from ${source};
new HttpSource({ url: ${JSON.stringify(url)} }).start({ accept: () => "taken" }, () => {});
setTimeout(() => console.log("done"), 500);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(() => void child.kill());
  await vi.waitUntil(() => server.streams.size === 1, { timeout: 20_000 });
  expect(await once(child, "close")).toEqual([0, null]);
}, 30_000);
