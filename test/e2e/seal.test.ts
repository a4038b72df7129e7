import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { startGateway } from "@scrim/gateway";
import { readPrivateKey } from "@scrim/grants";
import { createRedactingLogRecordExporter } from "@scrim/otel";
import { Opener } from "@scrim/seal";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scrim } from "../cli/scrim.ts";
import { startSink } from "./sink.ts";

const POLICY = `version: 1
name: shop
keys: { seal: { file: reveal.pub, tenant: shop } }
classes: { direct_identifier: seal }
`;
const TOKEN = /\[SEALED:v1:[\w-]+\]/g;
const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const EMAIL = "jane@shop.example";

let folder: string;
let policy: string;
let opener: Opener;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "scrim-seal-"));
  policy = join(folder, "policy.yaml");
  const key = join(folder, "reveal.key");
  expect((await scrim(["reveal", "keygen", "--out", join(folder, "reveal")])).code).toBe(0);
  writeFileSync(policy, POLICY);
  opener = new Opener([readPrivateKey("reveal", readFileSync(key, "utf8"), key).key]);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("what an application seals passes a gateway that seals as well, and is opened by the key's holder", async () => {
  const sink = await startSink();
  const chain = { receivers: ["otlp"], processors: ["policy"], exporters: ["otlphttp"], ack: "delivered" };
  const gateway = await startGateway({
    baseDir: folder,
    config: {
      receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
      processors: { policy: { file: "policy.yaml" } },
      exporters: { otlphttp: { endpoint: sink.url, compression: "none" } },
      service: {
        extensions: [],
        telemetry: { metrics: { level: "none" } },
        pipelines: { logs: chain },
      },
    },
  });
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({ "service.name": "checkout" }),
    processors: [
      new SimpleLogRecordProcessor({
        exporter: createRedactingLogRecordExporter({ policy, delegate: exporter }) as never,
      }),
    ],
  });
  const context = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: TRACE_ID,
    spanId: "b7ad6b7169203331",
    traceFlags: 1,
  });
  provider.getLogger("shop").emit({ body: `mail to ${EMAIL}`, attributes: { "user.email": EMAIL }, context });
  await provider.forceFlush();
  const [record] = exporter.getFinishedLogRecords();
  const token = String(record!.attributes["user.email"]);
  const [inBody] = String(record!.body).match(TOKEN) ?? [];

  const logRecords = [
    {
      body: { stringValue: String(record!.body) },
      attributes: [{ key: "user.email", value: { stringValue: token } }],
    },
    { attributes: [{ key: "user.email", value: { stringValue: "joe@shop.example" } }] },
  ];
  const response = await fetch(`http://${gateway.endpoints["receivers.otlp"]!.http}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
  });
  expect(response.status).toBe(200);
  await gateway.shutdown();
  await sink.close();

  const left = sink.received[0]!.body.toString("latin1");
  expect(left).not.toMatch(/jane|joe/);
  const opened = (left.match(TOKEN) ?? []).map((each) => opener.open(each)!);
  expect(left).toContain(token);
  expect(left).toContain(inBody);
  const facts = opened.map(
    (each) => `${each.value} ${each.facts.service} ${each.facts.path} ${each.facts.traceId}`,
  );
  expect(facts.toSorted()).toEqual([
    `${EMAIL} checkout  ${TRACE_ID}`,
    `${EMAIL} checkout user.email ${TRACE_ID}`,
    "joe@shop.example  user.email ",
  ]);
  expect(new Set(opened.map((each) => each.facts.tenant))).toEqual(new Set(["shop"]));
});
