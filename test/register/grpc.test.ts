import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startSink } from "../e2e/sink.ts";
import { enrolled, TRACE_ID } from "./enrolled.ts";

const OTHER_TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

/** What an application with gRPC and all instrumentations has installed: where packages of this repository have it. */
const INSTALLED: Readonly<Record<string, string>> = {
  "@opentelemetry/api": "test",
  "@opentelemetry/auto-instrumentations-node": "examples/checkout",
  "@grpc/grpc-js": "packages/otel",
};

/** Calls a server by two names, in each of two traces that came in, and prints the trace state that arrives. */
const PROGRAM = `
import { context, propagation, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import * as grpc from "@grpc/grpc-js"; // the default import is nothing that the instrumentation sees
const read = (bytes) => bytes.toString();
const write = (text) => Buffer.from(text);
const pay = {
  path: "/shop.Pay/Pay", requestStream: false, responseStream: false,
  requestSerialize: write, requestDeserialize: read, responseSerialize: write, responseDeserialize: read,
};
const server = new grpc.Server();
server.addService({ pay }, { pay: (call, answer) => answer(null, String(call.metadata.get("tracestate"))) });
const port = await new Promise((resolve) =>
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_, bound) => resolve(bound)));
const Client = grpc.makeGenericClientConstructor({ pay }, "Pay");
for (const host of ["localhost", "127.0.0.1"]) {
  for (const id of ["${TRACE_ID}", "${OTHER_TRACE_ID}"]) {
    const client = new Client(host + ":" + port, grpc.credentials.createInsecure());
    const parent = propagation.extract(ROOT_CONTEXT, { traceparent: "00-" + id + "-b7ad6b7169203331-01", tracestate: "other=1" });
    const state = await new Promise((resolve, reject) => context.with(parent, () =>
      trace.getTracer("shop").startActiveSpan("request", () =>
        client.pay("x", (error, text) => (error ? reject(error) : resolve(text))))));
    console.log(host, id, state);
    client.close();
  }
}
server.forceShutdown();
`;

test("the register sends tokens by gRPC, to allowed hosts alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scrim-grpc-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, where] of Object.entries(INSTALLED)) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(import.meta.dirname, "../..", where, "node_modules", name), link);
  }
  writeFileSync(join(folder, "app.mjs"), PROGRAM);
  const { bundle, env } = enrolled(folder);
  writeFileSync(join(folder, "bundle"), bundle, { mode: 0o600 });
  const sink = await startSink();
  onTestFinished(() => sink.close());
  const register = import.meta.resolve("@scrim/otel/register");
  const child = spawn(process.execPath, ["--import", register, join(folder, "app.mjs")], {
    cwd: folder,
    timeout: 60_000,
    env: {
      PATH: process.env.PATH,
      ...env,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_METRICS_EXPORTER: "none",
      SCRIM_GRANTS_FILE: join(folder, "bundle"),
      SCRIM_GRANTS_DESTINATIONS: "localhost",
    },
  });
  let stdout = "";
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  const [code] = await once(child, "close");
  expect(code).toBe(0);
  expect(stdout.split("\n")).toEqual([
    expect.stringMatching(`^localhost ${TRACE_ID} scrim=[A-Za-z0-9_-]{40},other=1$`),
    `localhost ${OTHER_TRACE_ID} other=1`,
    `127.0.0.1 ${TRACE_ID} other=1`,
    `127.0.0.1 ${OTHER_TRACE_ID} other=1`,
    "",
  ]);
}, 90_000);
