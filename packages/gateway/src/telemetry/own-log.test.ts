import { expect, onTestFinished, test } from "vitest";
import { requestProto } from "../../testing/otlp.ts";
import { startGateway } from "../start-gateway.ts";
import { OwnLog } from "./own-log.ts";

function written(settings: Partial<OwnLog["settings"]>) {
  const lines: string[] = [];
  const log = new OwnLog("gateway", (line) => lines.push(line));
  log.settings = { ...log.settings, ...settings };
  return { log, lines };
}

const CANARY = "canary-0b93";

const ENTRY = {
  receiver: "otlp",
  protocol: "grpc",
  signal: "logs",
  outcome: "success",
  reason: undefined,
  items: 3,
  bytes: 120,
  duration_ms: 1.23456,
  client: "checkout",
} as const;

test("lines are for people, or JSON; warnings have their hint", () => {
  const people = written({});
  people.log.info("all is well");
  people.log.warn("something is not", "do this");
  expect(people.lines).toEqual([
    "gateway: all is well",
    "gateway: warning: something is not",
    "gateway: hint: do this",
  ]);
  const json = written({ encoding: "json" });
  json.log.warn("something is not", "do this");
  expect(JSON.parse(json.lines[0]!)).toEqual({
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    level: "warn",
    logger: "gateway",
    message: "something is not",
    hint: "do this",
  });
});

test("the level warn leaves out what tells that all is well, and not what was asked for by name", () => {
  const { log, lines } = written({ level: "warn", access: true });
  log.info("all is well");
  log.access(ENTRY);
  const all = written({ level: "debug" });
  all.log.info("all is well");
  expect(all.lines).toEqual(["gateway: all is well"]);
  expect(lines).toEqual([
    "gateway: request receiver=otlp protocol=grpc signal=logs outcome=success items=3 bytes=120 duration_ms=1.235 client=checkout",
  ]);
});

test("133: whatever a line holds, it is one line and moves no cursor", () => {
  for (const encoding of ["console", "json"] as const) {
    const { log, lines } = written({ encoding, access: true });
    log.warn("a\n\u001b[2Jb\u009b1mc\u202e", "d\r\ne");
    log.access({ ...ENTRY, client: "x\n\u0007y" });
    for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    if (encoding === "json") for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  }
});

test("133: requests are logged where that is asked for: what became of them, and nothing of what was in them", async () => {
  const lines: string[] = [];
  const log = new OwnLog("gateway", (line) => lines.push(line));
  const config = (access: boolean) => ({
    receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
    processors: { policy: null },
    exporters: { debug: { verbosity: "basic" } },
    service: {
      extensions: [],
      telemetry: { logs: { access, encoding: "json" }, metrics: { level: "none" } },
      pipelines: {
        logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"], ack: "delivered" },
      },
    },
  });
  const gateway = await startGateway({ config: config(false), log, print: () => {} });
  onTestFinished(() => gateway.shutdown());
  const url = `http://${gateway.endpoints["receivers.otlp"]!.http}`;
  const body = requestProto("logs", [CANARY, CANARY]);
  const send = (path: string, type = "application/x-protobuf", bytes: Buffer = body) =>
    fetch(url + path, {
      method: "POST",
      headers: { "content-type": type, authorization: `Bearer ${CANARY}`, "user-agent": CANARY },
      body: new Uint8Array(bytes),
    });
  const requests = () => lines.map((line) => JSON.parse(line)).filter(({ message }) => message === "request");
  await send("/v1/logs");
  expect(requests()).toEqual([]);
  await gateway.reload(config(true));
  await send("/v1/logs");
  await send(`/${CANARY}?${CANARY}`);
  await send("/v1/logs", `text/${CANARY}`);
  await send("/v1/logs", undefined, Buffer.from(`\u000a\u007f${CANARY}`));
  expect(requests()).toEqual([
    expect.objectContaining({
      receiver: "otlp",
      protocol: "http",
      signal: "logs",
      outcome: "success",
      items: 2,
      bytes: body.length,
    }),
    ...[expect.any(String), expect.any(String), expect.any(String)].map((reason) =>
      expect.objectContaining({ outcome: "refused", reason, items: 0 }),
    ),
  ]);
  expect(lines.join("\n")).not.toContain(CANARY);
  expect(lines.join("\n")).not.toContain("127.0.0.1:");
});
