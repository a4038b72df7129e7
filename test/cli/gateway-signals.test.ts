import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { encodeRequest } from "@scrim/wire";
import { expect, onTestFinished, test } from "vitest";
import { type GatewayProcess, startGatewayProcess } from "./gateway-process.ts";

/** A destination that answers when it is told to. */
async function startSink() {
  const waiting: ServerResponse[] = [];
  let arrived = 0;
  let isHolding = false;
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      arrived++;
      if (isHolding) waiting.push(response);
      else response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived: () => arrived,
    hold() {
      isHolding = true;
    },
    release() {
      isHolding = false;
      for (const response of waiting.splice(0))
        response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    },
  };
}

function configOf(sink: string, service = ""): string {
  return `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } }
processors: { policy: null }
exporters: { otlphttp: { endpoint: "${sink}" } }
extensions: { health_check: { endpoint: "127.0.0.1:0" } }
service:
  ${service}
  telemetry: { metrics: { address: "127.0.0.1:0" } }
  pipelines: { logs: { receivers: [otlp], processors: [policy], exporters: [otlphttp], ack: delivered } }
`;
}

async function start(config: string): Promise<GatewayProcess> {
  const gateway = await startGatewayProcess(config);
  onTestFinished(() => void gateway.child.kill("SIGKILL"));
  return gateway;
}

const BODY = encodeRequest("logs", {
  resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: "all is well" } }] }] }],
});

async function send({ addresses }: GatewayProcess): Promise<number> {
  const headers = { "content-type": "application/x-protobuf" };
  const url = `http://${addresses.get("receivers.otlp")}/v1/logs`;
  return (await fetch(url, { method: "POST", headers, body: new Uint8Array(BODY) })).status;
}

async function health({ addresses }: GatewayProcess, page: string): Promise<number> {
  return (await fetch(`http://${addresses.get("extensions.health_check")}${page}`)).status;
}

test("128: SIGTERM makes it unready first, while it still takes in data; then what is on its way arrives, and it ends with 0", async () => {
  const sink = await startSink();
  const gateway = await start(configOf(sink.url, "shutdown_delay: 2s"));
  expect([await health(gateway, "/readyz"), await health(gateway, "/healthz")]).toEqual([200, 200]);
  sink.hold();
  const onItsWay = send(gateway);
  await expect.poll(sink.arrived).toBe(1);
  gateway.child.kill("SIGTERM");
  await gateway.says("stopping");
  expect([await health(gateway, "/readyz"), await health(gateway, "/healthz")]).toEqual([503, 200]);
  const late = send(gateway);
  await expect.poll(sink.arrived).toBe(2);
  sink.release();
  expect([await onItsWay, await late]).toEqual([200, 200]);
  expect(await gateway.ended).toEqual({ code: 0, signal: null });
});

test("126: signals in a storm, of both kinds, change nothing about the end: nobody's request fails, and it ends with 0", async () => {
  const sink = await startSink();
  const gateway = await start(configOf(sink.url));
  const config = configOf(sink.url);
  for (let n = 0; n < 50; n++) {
    gateway.configure(n % 3 === 0 ? "receivers: [" : n % 3 === 1 ? `${config}# ${n}\n` : config);
    gateway.child.kill("SIGHUP");
    if (n % 10 === 0) expect(await send(gateway)).toBe(200);
    await setTimeout(5);
  }
  gateway.configure(config);
  sink.hold();
  const arrived = sink.arrived();
  const onItsWay = [send(gateway), send(gateway)];
  await expect.poll(sink.arrived).toBe(arrived + 2);
  for (let n = 0; n < 20; n++) gateway.child.kill(n % 2 === 0 ? "SIGTERM" : "SIGHUP");
  await gateway.says("stopping");
  sink.release();
  expect(await Promise.all(onItsWay)).toEqual([200, 200]);
  expect(await gateway.ended).toEqual({ code: 0, signal: null });
  expect(gateway.said()).toContain("CONFIG_UNREADABLE");
});

test("126: SIGHUP puts another configuration into force; a bad one is told with place and hint", async () => {
  const sink = await startSink();
  const gateway = await start(configOf(sink.url));
  const config = configOf(sink.url);
  gateway.configure(config.replace("processors: [policy]", "processors: []"));
  gateway.child.kill("SIGHUP");
  await gateway.says("hint:");
  expect(gateway.said()).toMatch(/service\.pipelines\.logs\.processors: .*\ngateway: hint: add "policy"/);
  gateway.configure(config.replace("otlphttp: {", "otlphttp: { compression: none,"));
  gateway.child.kill("SIGHUP");
  await gateway.says("the new configuration is in force");
  expect(await send(gateway)).toBe(200);
  gateway.child.kill("SIGINT");
  expect(await gateway.ended).toEqual({ code: 0, signal: null });
});

test("119: what can't be delivered in time does not keep it, and a second signal ends it at once", async () => {
  const sink = await startSink();
  sink.hold();
  for (const [drain, second] of [
    ["300ms", false],
    ["1h", true],
  ] as const) {
    const gateway = await start(configOf(sink.url, `drain_timeout: ${drain}`));
    const arrived = sink.arrived();
    const onItsWay = send(gateway).catch(() => "cut");
    await expect.poll(sink.arrived).toBe(arrived + 1);
    gateway.child.kill("SIGTERM");
    if (second) {
      await setTimeout(1_500);
      gateway.child.kill("SIGTERM");
    }
    expect(await gateway.ended).toEqual(
      second ? { code: null, signal: "SIGTERM" } : { code: 0, signal: null },
    );
    expect(["cut", 503]).toContain(await onItsWay);
  }
});
