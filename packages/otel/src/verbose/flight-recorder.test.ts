import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { type GrantInput, GrantSchema, GrantSet } from "@scrim/grants";
import { compilePolicy, definePolicy } from "@scrim/policy";
import { expect, onTestFinished, test } from "vitest";
import { createRedactingLogRecordProcessor } from "../redacting-log-record-processor.ts";
import { createFlightRecorderProcessor } from "./flight-recorder-processor.ts";
import { createVerboseCaptureProcessor } from "./verbose-capture-processor.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const OTHER_TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const DEBUG = 5;
const INFO = 9;
const LIMITS = {
  trace_records_max: 3,
  trace_bytes_max: 10_000,
  seconds: 30,
  records_max: 100,
  bytes_max: 1e6,
};

const now = Math.floor(Date.now() / 1000);
let version = 0;

function approve(grants: GrantSet, changes: Partial<GrantInput> = {}): void {
  const grant = GrantSchema.parse({
    id: "00112233aabbccdd",
    kind: "capture",
    selector: { trace_ids: [TRACE_ID] },
    level: "debug",
    lookback_s: 30,
    not_before: now - 1,
    expires_at: now + 600,
    ...changes,
  });
  grants.replace({
    audience: { service: "shop", environment: "test" },
    version: ++version,
    issuedAt: now,
    expiresAt: now + 600,
    grants: [{ grant, key: Buffer.alloc(32, 1) }],
  });
}

function setUp(policy = compilePolicy([definePolicy({ version: 1 })])) {
  const grants = new GrantSet();
  const source = { plan: policy };
  const exporter = new InMemoryLogRecordExporter();
  const capture = createVerboseCaptureProcessor({
    grants,
    delegate: new SimpleLogRecordProcessor({ exporter }),
  });
  const redacting = createRedactingLogRecordProcessor({ policy: source, delegate: capture });
  const recorder = createFlightRecorderProcessor({ grants, limits: LIMITS, delegate: redacting });
  const provider = new LoggerProvider({ processors: [recorder] });
  onTestFinished(() => provider.shutdown());
  const logger = provider.getLogger("shop");
  const log = (severityNumber: number, body: unknown, traceId = TRACE_ID) => {
    const spanContext = { traceId, spanId: "b7ad6b7169203331", traceFlags: 0 };
    logger.emit({
      severityNumber,
      body: body as never,
      context: trace.setSpanContext(ROOT_CONTEXT, spanContext),
    });
  };
  const bodies = () => exporter.getFinishedLogRecords().map(({ body }) => body);
  return { grants, source, exporter, logger, log, bodies };
}

test("what was logged before the approval comes after it, in its order, masked, with its times", () => {
  const { grants, log, bodies, exporter } = setUp();
  log(DEBUG, "first jane@shop.example");
  log(INFO, "info");
  log(DEBUG, "second");
  log(DEBUG, "other", OTHER_TRACE_ID);
  expect(bodies()).toEqual(["info"]);
  approve(grants);
  expect(bodies()).toEqual(["info", "first [REDACTED:email]", "second"]);
  log(DEBUG, "third");
  expect(bodies().at(-1)).toBe("third");
  const [info, first, second] = exporter.getFinishedLogRecords();
  const time = ([seconds, nanoseconds]: readonly [number, number]) => seconds * 1e9 + nanoseconds;
  expect(time(first!.hrTime)).toBeLessThanOrEqual(time(info!.hrTime));
  expect(time(second!.hrTime)).toBeGreaterThanOrEqual(time(info!.hrTime));
  expect(first!.spanContext?.traceId).toBe(TRACE_ID);
  expect(first!.attributes["scrim.token"]).toMatch(/^[A-Za-z0-9_-]{40}$/);
});

test("a grant without a lookback releases nothing", () => {
  const { grants, log, bodies } = setUp();
  log(DEBUG, "before");
  approve(grants, { lookback_s: 0 });
  log(DEBUG, "after");
  expect(bodies()).toEqual(["after"]);
});

test("the first record that is released says how many are gone", () => {
  const { grants, log, exporter } = setUp();
  for (let i = 1; i <= 5; i++) log(DEBUG, `debug ${i}`);
  approve(grants);
  const released = exporter.getFinishedLogRecords();
  expect(released.map(({ body }) => body)).toEqual(["debug 3", "debug 4", "debug 5"]);
  expect(released.map(({ attributes }) => attributes["redaction.evicted"])).toEqual([
    2,
    undefined,
    undefined,
  ]);
});

test("what is held is as it was logged, and redacted by the policy of the moment when it leaves", () => {
  const { grants, source, log, bodies } = setUp();
  const body = { order: { id: "o-1" }, list: ["a"] };
  log(DEBUG, body);
  body.order.id = "changed";
  body.list.push("b");
  source.plan = compilePolicy([definePolicy({ version: 1, rules: [{ attribute: "list", action: "drop" }] })]);
  approve(grants);
  expect(bodies()).toEqual([{ order: { id: "o-1" } }]);
});

test("a grant's volume holds for what is released too", () => {
  const { grants, log, bodies } = setUp();
  for (let i = 1; i <= 3; i++) log(DEBUG, `debug ${i}`);
  approve(grants, { records_per_s: 2 });
  expect(bodies()).toEqual(["debug 1", "debug 2"]);
});

test("hostile bodies wait as well as others", () => {
  const { grants, log, bodies } = setUp();
  const cyclic: Record<string, unknown> = { name: "jane@shop.example" };
  cyclic.self = cyclic;
  log(DEBUG, cyclic);
  log(DEBUG, {
    get bad() {
      throw new Error("jane@shop.example");
    },
  });
  log(DEBUG, { wide: Array(100_000).fill("x") });
  approve(grants);
  expect(bodies().length).toBeGreaterThanOrEqual(2);
  expect(JSON.stringify(bodies())).not.toContain("jane@");
});

test("loggers may ask, and get a yes where a record would be held", () => {
  const { logger } = setUp();
  const context = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: TRACE_ID,
    spanId: "b7ad6b7169203331",
    traceFlags: 0,
  });
  expect(logger.enabled({ severityNumber: DEBUG, context })).toBe(true);
  expect(logger.enabled({ severityNumber: DEBUG })).toBe(false);
  expect(logger.enabled({ severityNumber: INFO })).toBe(true);
});
