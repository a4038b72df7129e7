import { expect, onTestFinished, test } from "vitest";
import { requestProto } from "../../../testing/otlp.ts";
import { startGateway } from "../../start-gateway.ts";

const CANARY = "canary-81c0";

async function start() {
  const gateway = await startGateway({
    config: `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } }
processors: { policy: { policy: { version: 1, body: keep, unknown: keep } } }
exporters:
  otlphttp/gone:
    endpoint: http://127.0.0.1:9
    headers: { authorization: ${CANARY} }
    retry_on_failure: { enabled: false }
extensions: { zpages: { endpoint: "127.0.0.1:0" }, health_check: { endpoint: "127.0.0.1:0" } }
service:
  extensions: [zpages, health_check]
  telemetry: { metrics: { address: "127.0.0.1:0" } }
  pipelines: { logs: { receivers: [otlp], processors: [policy], exporters: [otlphttp/gone], ack: delivered } }
`,
    environment: {},
    log: { info: () => {}, warn: () => {} },
  });
  onTestFinished(() => gateway.shutdown());
  const at = (extension: string) => `http://${gateway.endpoints[`extensions.${extension}`]!.http}`;
  return {
    gateway,
    page: async (path: string, accept = "*/*", extension = "zpages") => {
      const response = await fetch(at(extension) + path, { headers: { accept } });
      return {
        status: response.status,
        type: response.headers.get("content-type"),
        text: await response.text(),
      };
    },
    send: () =>
      fetch(`http://${gateway.endpoints["receivers.otlp"]!.http}/v1/logs`, {
        method: "POST",
        headers: { "content-type": "application/x-protobuf", "x-secret": CANARY },
        body: new Uint8Array(requestProto("logs", [CANARY, CANARY])),
      }),
  };
}

test("133: the pages tell what came, what went wrong and when, and nothing of what was in it", async () => {
  const { page, send } = await start();
  expect((await send()).status).toBe(503);
  const { text, type } = await page("/debug/pipelines");
  expect(type).toBe("application/json");
  expect(JSON.parse(text)).not.toHaveProperty("worker");
  const [logs] = JSON.parse(text).pipelines;
  expect(logs).toMatchObject({ id: "logs", unredacted: false });
  const of = (kind: string) => logs.components.find((one: { kind: string }) => one.kind === kind);
  expect(of("receiver").numbers).toContainEqual(
    expect.objectContaining({ metric: "scrim_receiver_received_items", value: 2 }),
  );
  expect(of("processor").numbers).toContainEqual(
    expect.objectContaining({ metric: "otelcol_processor_outgoing_items", value: 2 }),
  );
  await expect
    .poll(
      async () => {
        const [now] = JSON.parse((await page("/debug/pipelines")).text).pipelines;
        return now.components.find((one: { kind: string }) => one.kind === "exporter").last_problem;
      },
      { timeout: 10_000 },
    )
    .toMatchObject({ reason: expect.stringMatching(/^[a-z_]+$/), since_s: expect.any(Number) });

  const html = await page("/debug/pipelines", "text/html");
  expect(html.type).toContain("text/html");
  expect(html.text).toContain("<h2>logs</h2>");
  const config = await page("/debug/config");
  expect(config.text).toContain('authorization: "[REDACTED]"');
  for (const { text } of [html, config, await page("/debug/pipelines")]) expect(text).not.toContain(CANARY);
});

test("the pages show the pipelines and the configuration that are in force", async () => {
  const { gateway, page } = await start();
  const next = await gateway.reload(
    (await page("/debug/config")).text
      .replace('authorization: "[REDACTED]"', "authorization: next")
      .replace(/^ {4}logs:\n {6}receivers/m, "    logs/other:\n      receivers"),
  );
  expect(next).toEqual({ status: "in_force" });
  expect(JSON.parse((await page("/debug/pipelines")).text).pipelines[0].id).toBe("logs/other");
  expect((await page("/debug/config")).text).toContain("logs/other:");
});

test("128: liveness and readiness: neither depends on destinations, and both have their pages", async () => {
  const { page, send } = await start();
  await send();
  for (const path of ["/healthz", "/readyz", "/"])
    expect((await page(path, "*/*", "health_check")).status).toBe(200);
  expect((await page("/elsewhere", "*/*", "health_check")).status).toBe(404);
});
