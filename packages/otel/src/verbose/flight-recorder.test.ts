import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { TracerProvider } from "@opentelemetry/sdk-trace";
import { type GrantInput, GrantSchema, GrantSet } from "@scrim/grants";
import { compilePolicy, definePolicy } from "@scrim/policy";
import { expect, onTestFinished, test } from "vitest";
import { createRedactingLogRecordProcessor } from "../redacting-log-record-processor.ts";
import { createErrorSpanProcessor } from "./error-span-processor.ts";
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
  const tracerProvider = new TracerProvider({ spanProcessors: [createErrorSpanProcessor({ grants })] });
  const log = (severityNumber: number, body: unknown, traceId = TRACE_ID, attributes = {}) => {
    const spanContext = { traceId, spanId: "b7ad6b7169203331", traceFlags: 0 };
    logger.emit({
      severityNumber,
      body: body as never,
      attributes,
      context: trace.setSpanContext(ROOT_CONTEXT, spanContext),
    });
  };
  const bodies = () => exporter.getFinishedLogRecords().map(({ body }) => body);
  const endSpan = (code: number, attributes = {}) => {
    const parent = { traceId: TRACE_ID, spanId: "b7ad6b7169203331", traceFlags: 1, isRemote: true };
    const span = tracerProvider
      .getTracer("shop")
      .startSpan("pay", { attributes }, trace.setSpanContext(ROOT_CONTEXT, parent));
    span.setStatus({ code });
    span.end();
  };
  return { grants, source, exporter, logger, log, endSpan, bodies };
}

const ERROR = 17;
const ON_ERROR = { selector: { on_error: { traces_per_min: 2 } } };

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

test("a record of ERROR releases its trace under a standing grant, with what led to it first; and the trace goes on", () => {
  const { grants, log, bodies } = setUp();
  approve(grants, ON_ERROR);
  log(DEBUG, "first jane@shop.example");
  log(DEBUG, "second");
  log(DEBUG, "other", OTHER_TRACE_ID);
  log(16, "warning");
  expect(bodies()).toEqual(["warning"]);
  log(ERROR, "error");
  log(DEBUG, "after");
  expect(bodies()).toEqual(["warning", "first [REDACTED:email]", "second", "error", "after"]);
});

test.each([
  ["that ends with an error", 2, ["before"]],
  ["that ends well", 1, []],
  ["that ends without a status", 0, []],
])("a span %s releases %s of its trace", (_, code, released) => {
  const { grants, log, endSpan, bodies } = setUp();
  approve(grants, ON_ERROR);
  log(DEBUG, "before");
  endSpan(code);
  expect(bodies()).toEqual(released);
});

test.each<[name: string, changes: Partial<GrantInput>]>([
  ["none but for other traces", { selector: { trace_ids: [OTHER_TRACE_ID] } }],
  ["one for errors that has expired", { ...ON_ERROR, expires_at: now }],
  ["one for errors that has not begun", { ...ON_ERROR, not_before: now + 300 }],
  [
    "one for errors of another kind",
    { selector: { on_error: { traces_per_min: 2, where: "error.type == 'timeout'" } } },
  ],
])("with %s, errors release nothing", (_, changes) => {
  const { grants, log, endSpan, bodies } = setUp();
  approve(grants, changes);
  log(DEBUG, "before");
  log(ERROR, "error", TRACE_ID, { "error.type": "500" });
  endSpan(2, { "error.type": "500" });
  log(DEBUG, "after");
  expect(bodies()).toEqual(["error"]);
});

test("the predicate of a grant for errors is asked of the record's or span's own attributes", () => {
  const where = { selector: { on_error: { traces_per_min: 2, where: "error.type == 'timeout'" } } };
  const byRecord = setUp();
  approve(byRecord.grants, where);
  byRecord.log(DEBUG, "before");
  byRecord.log(ERROR, "error", TRACE_ID, { "error.type": "timeout" });
  expect(byRecord.bodies()).toEqual(["before", "error"]);
  const bySpan = setUp();
  approve(bySpan.grants, where);
  bySpan.log(DEBUG, "before");
  bySpan.endSpan(2, { "error.type": "timeout" });
  expect(bySpan.bodies()).toEqual(["before"]);
});

test("errors release no more traces than the rate, and no more records than the grant's volume", () => {
  const { grants, log, bodies } = setUp();
  approve(grants, { ...ON_ERROR, records_per_s: 3 });
  for (let n = 1; n <= 10; n++) {
    const traceId = n.toString(16).padStart(32, "0");
    log(DEBUG, `${n} first`, traceId);
    log(DEBUG, `${n} second`, traceId);
    log(ERROR, "error", traceId);
  }
  expect(bodies().filter((body) => body !== "error")).toEqual(["1 first", "1 second", "2 first"]);
});

test("a revoked grant for errors captures nothing more of the traces it released", () => {
  const { grants, log, bodies } = setUp();
  approve(grants, ON_ERROR);
  log(ERROR, "error");
  log(DEBUG, "while it holds");
  approve(grants, { id: "ffffffffffffffff", selector: { trace_ids: [OTHER_TRACE_ID] } });
  log(DEBUG, "revoked");
  log(ERROR, "error");
  expect(bodies()).toEqual(["error", "while it holds", "error"]);
});
