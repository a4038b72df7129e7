import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { enrolled } from "./enrolled.ts";

const GRANT = "00112233aabbccdd";

/** A server of grants that leases as many traces as it is asked for. */
async function startServer(bundle: Buffer) {
  const streams = new Set<ServerResponse>();
  const uses: { wanted: object; used: object; returned: object }[] = [];
  const server = createServer(async (request, response) => {
    if (request.method === "POST") {
      const body = (await json(request)) as (typeof uses)[number];
      uses.push(body);
      response.setHeader("content-type", "application/json").end(JSON.stringify({ granted: body.wanted }));
    } else if (request.headers.accept === "text/event-stream") {
      streams.add(response.setHeader("content-type", "text/event-stream"));
      response.on("close", () => streams.delete(response));
      response.flushHeaders();
    } else {
      response.setHeader("etag", '"1"').end(bundle);
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, uses, streams };
}

const PROGRAM = `
import { trace } from "@opentelemetry/api";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { withScrim } from "@scrim/otel";
const exported = { export: (_, done) => done({ code: 0 }), shutdown: async () => {} };
const sdk = new NodeSDK(withScrim({ traceExporter: exported, logRecordProcessors: [], metricReaders: [], autoDetectResources: false }));
sdk.start();
await new Promise((resolve) => setTimeout(resolve, 1_500)); // a bundle comes, and a lease
trace.getTracer("shop").startSpan("pay", { attributes: { "url.path": "/pay" } }).end();
await new Promise((resolve) => setTimeout(resolve, 500));
await sdk.shutdown();
await sdk.shutdown();
console.log("down");
await new Promise((resolve) => setTimeout(resolve, 1_000)); // so that it is not the process's end that ends the stream
`;

test("a process with withScrim and a server of grants gives its leases back at the SDK's shutdown, and ends by itself", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-ends-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { bundle, env } = enrolled(folder, { selector: { where: "url.path == '/pay'" }, traces_max: 5 });
  const { url, uses, streams } = await startServer(bundle);
  const program = join(import.meta.dirname, `${folder.split("-").at(-1)}.tmp.mjs`);
  writeFileSync(program, PROGRAM);
  onTestFinished(() => rmSync(program));
  const child = spawn(process.execPath, [program], {
    cwd: import.meta.dirname,
    timeout: 30_000,
    env: {
      PATH: process.env.PATH,
      ...env,
      SCRIM_GRANTS_URL: url,
    },
  });
  let stdout = "";
  let streamsWhenDown = -1;
  child.stdout.on("data", (data) => {
    stdout += data;
    setTimeout(() => {
      streamsWhenDown = streams.size;
    }, 500);
  });
  const [code, signal] = await once(child, "close");
  expect([code, signal, stdout]).toEqual([0, null, "down\n"]);
  const sum = (of: "wanted" | "used" | "returned") =>
    uses.reduce((total, use) => total + ((use[of] as Record<string, number>)[GRANT] ?? 0), 0);
  expect(sum("used")).toBe(1);
  expect(sum("wanted")).toBe(sum("used") + sum("returned"));
  expect(sum("returned")).toBeGreaterThan(0);
  expect(streamsWhenDown).toBe(0);
}, 60_000);
