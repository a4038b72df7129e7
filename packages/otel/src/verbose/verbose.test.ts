import { ROOT_CONTEXT, type Span, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { type GrantInput, GrantSchema, GrantSet, type Lessor, TraceLeases } from "@scrim/grants";
import { expect, test } from "vitest";
import { createRedactingLogRecordProcessor } from "../redacting-log-record-processor.ts";
import { approveTrace } from "./approve-trace.ts";
import { createApprovedTraceSampler } from "./approved-trace-sampler.ts";
import { createTokenHooks } from "./token-hooks.ts";
import { createTokenPropagator } from "./token-propagator.ts";
import { createVerboseCaptureProcessor } from "./verbose-capture-processor.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const DEBUG = 5;
const INFO = 9;
const TOKEN = /^[A-Za-z0-9_-]{40}$/;

const now = Math.floor(Date.now() / 1000);
let version = 0;

function put(grants: GrantSet, ...changes: Partial<GrantInput>[]): void {
  grants.replace({
    audience: { service: "shop", environment: "test" },
    version: ++version,
    issuedAt: now,
    expiresAt: now + 600,
    grants: changes.map((change, at) => ({
      grant: GrantSchema.parse({
        id: `00112233aabbcc0${at}`,
        kind: "capture",
        selector: { trace_ids: [TRACE_ID] },
        level: "debug",
        not_before: now - 1,
        expires_at: now + 600,
        ...change,
      }),
      key: Buffer.alloc(32, at + 1),
    })),
  });
}

/** Leases as many traces as it is asked for. */
const generous: Lessor = { lease: async ({ wanted }) => wanted };
const POST = { selector: { where: "http.request.method == 'POST'" }, traces_max: 5 };

function service(grants: GrantSet, lessor: Lessor = generous) {
  const spans = new InMemorySpanExporter();
  const logs = new InMemoryLogRecordExporter();
  const leases = new TraceLeases(lessor, () => {});
  const tracerProvider = new TracerProvider({
    sampler: createApprovedTraceSampler({ grants, leases, delegate: new AlwaysOffSampler() }),
    spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
  });
  const capture = createVerboseCaptureProcessor({
    grants,
    delegate: new SimpleLogRecordProcessor({ exporter: logs }),
  });
  const loggerProvider = new LoggerProvider({
    processors: [createRedactingLogRecordProcessor({ delegate: capture })],
  });
  const tracer = tracerProvider.getTracer("shop");
  const logger = loggerProvider.getLogger("shop");
  /** Runs as a request does: a span, records of two severities, the end. */
  const request = (attributes = {}, parent = ROOT_CONTEXT): Span => {
    const span = tracer.startSpan("request", { attributes }, parent);
    const active = trace.setSpan(parent, span);
    logger.emit({ severityNumber: DEBUG, body: "debug jane@shop.example", context: active });
    logger.emit({ severityNumber: INFO, body: "info", context: active });
    logger.emit({ body: "no severity", context: active });
    span.end();
    return span;
  };
  const records = () => logs.getFinishedLogRecords().map(({ body }) => body);
  return { spans, logs, leases, tracer, logger, request, records };
}

const setter = {
  set: (carrier: Record<string, string>, key: string, value: string) => void (carrier[key] = value),
};
const getter = { get: (carrier: Record<string, string>, key: string) => carrier[key], keys: Object.keys };

/** A remote parent that was not sampled. */
const remote = (traceId: string, state?: string) =>
  new W3CTraceContextPropagator().extract(
    ROOT_CONTEXT,
    { traceparent: `00-${traceId}-b7ad6b7169203331-00`, ...(state !== undefined && { tracestate: state }) },
    getter,
  );

test("without a grant what is below the floor goes, and nothing is sampled", () => {
  const { request, records, spans, logger } = service(new GrantSet());
  const span = request({ "http.request.method": "POST" });
  expect(records()).toEqual(["info", "no severity"]);
  expect(spans.getFinishedSpans()).toEqual([]);
  expect(span.spanContext().traceState).toBe(undefined);
  expect(logger.enabled({ severityNumber: DEBUG })).toBe(false);
  expect(logger.enabled({ severityNumber: INFO })).toBe(true);
});

test("a trace that a grant names is captured, masked, sampled, and carries its token", () => {
  const grants = new GrantSet();
  put(grants, {});
  const { request, records, spans, logs } = service(grants);
  request({}, remote("ffffffffffffffffffffffffffffffff"));
  request({}, remote(TRACE_ID, "other=1"));
  expect(records()).toEqual(["info", "no severity", "debug [REDACTED:email]", "info", "no severity"]);
  const [span] = spans.getFinishedSpans();
  expect(spans.getFinishedSpans().length).toBe(1);
  const token = span!.spanContext().traceState!.get("scrim")!;
  expect(token).toMatch(TOKEN);
  expect(span!.spanContext().traceState!.get("other")).toBe("1");
  const debug = logs.getFinishedLogRecords()[2]!;
  expect(debug.attributes).toEqual({ "scrim.token": token });
  expect(logs.getFinishedLogRecords()[3]!.attributes).toEqual({});
});

test("a predicate takes leased traces, whose children go with them, here and in the service behind", async () => {
  const grants = new GrantSet();
  put(grants, POST);
  const first = service(grants);
  await first.leases.tend(grants.withPredicate);
  const span = first.request({ "http.request.method": "POST" });
  expect(first.records()[0]).toBe("debug [REDACTED:email]");
  const child = first.tracer.startSpan("child", {}, trace.setSpan(ROOT_CONTEXT, span));
  expect(child.isRecording()).toBe(true);

  const behind = service(grants);
  const { traceId, traceState } = child.spanContext();
  behind.request({}, remote(traceId, traceState!.serialize()));
  expect(behind.records()[0]).toBe("debug [REDACTED:email]");

  const other = service(grants);
  other.request({}, remote("ffffffffffffffffffffffffffffffff", traceState!.serialize()));
  expect(other.records()).toEqual(["info", "no severity"]);
});

test("without leases, or with none to be had, a predicate takes nothing", async () => {
  const grants = new GrantSet();
  put(grants, POST);
  const none = service(grants, { lease: async () => ({}) });
  await none.leases.tend(grants.withPredicate);
  none.request({ "http.request.method": "POST" });
  expect(none.records()).toEqual(["info", "no severity"]);
});

test("what is known later approves the rest of a trace", async () => {
  const grants = new GrantSet();
  put(grants, { ...POST, selector: { where: "tenant == '42'" } });
  const { tracer, logger, records, leases } = service(grants);
  await leases.tend(grants.withPredicate);
  const active = trace.setSpan(ROOT_CONTEXT, tracer.startSpan("request"));
  logger.emit({ severityNumber: DEBUG, body: "before", context: active });
  expect(approveTrace({ grants, leases }, active, { tenant: "41" })).toBe(false);
  expect(approveTrace({ grants, leases }, active, { tenant: "42" })).toBe(true);
  logger.emit({ severityNumber: DEBUG, body: "after", context: active });
  expect(tracer.startSpan("child", {}, active).isRecording()).toBe(true);
  expect(records()).toEqual(["after"]);
});

test("records past what a grant allows are dropped, and those at the floor never", () => {
  const grants = new GrantSet();
  put(grants, { records_per_s: 2 });
  const { request, records } = service(grants);
  for (let i = 0; i < 5; i++) request({}, remote(TRACE_ID));
  expect(records().filter((body) => body === "debug [REDACTED:email]").length).toBe(2);
  expect(records().filter((body) => body === "info").length).toBe(5);
});

test("the least severity is the grant's", () => {
  const grants = new GrantSet();
  put(grants, { level: "debug" });
  const { logger, records } = service(grants);
  const parent = remote(TRACE_ID);
  expect(logger.enabled({ severityNumber: 4, context: parent })).toBe(false);
  expect(logger.enabled({ severityNumber: 5, context: parent })).toBe(true);
  logger.emit({ severityNumber: 4, body: "trace", context: parent });
  logger.emit({ severityNumber: 8, body: "debug 4", context: parent });
  expect(records()).toEqual(["debug 4"]);
});

test("the propagator sends no token, and takes off what comes in unless it is believed", () => {
  const grants = new GrantSet();
  put(grants, {});
  const span = service(grants).request({}, remote(TRACE_ID, "other=1"));
  const active = trace.setSpan(ROOT_CONTEXT, span);
  const delegate = new W3CTraceContextPropagator();
  const edge = createTokenPropagator({ delegate });
  const carrier: Record<string, string> = {};
  edge.inject(active, carrier, setter);
  expect(carrier.tracestate).toBe("other=1");
  expect(span.spanContext().traceState?.get("scrim")).toMatch(TOKEN);

  const incoming: Record<string, string> = {};
  delegate.inject(active, incoming, setter);
  const tokenOf = (propagator: typeof edge) =>
    trace.getSpanContext(propagator.extract(ROOT_CONTEXT, incoming, getter))?.traceState?.get("scrim");
  expect(tokenOf(edge)).toBe(undefined);
  expect(tokenOf(createTokenPropagator({ delegate, trustsIncoming: true }))).toMatch(TOKEN);
});

test("hooks send the token to allowed hosts alone", () => {
  const grants = new GrantSet();
  put(grants, {});
  const span = service(grants).request({}, remote(TRACE_ID));
  const hooks = createTokenHooks({ grants, destinations: ["cart.internal", "*.svc.cluster.local"] });
  const sent = (host: string, headers: Record<string, string> = {}) => {
    hooks.http(span, {
      host,
      getHeader: (name: string) => headers[name],
      setHeader: (name: string, value: string) => void (headers[name] = value),
    });
    return headers.tracestate;
  };
  const fetched = (origin: string) => {
    const headers: string[] = [];
    hooks.undici(span, {
      origin,
      addHeader: (name: string, value: string) => headers.push(`${name}: ${value}`),
    });
    return headers.join();
  };
  expect(sent("cart.internal")).toMatch(/^scrim=[A-Za-z0-9_-]{40}$/);
  expect(sent("CART.internal.", { tracestate: "other=1" })).toMatch(/^scrim=[A-Za-z0-9_-]{40},other=1$/);
  expect(sent("a.svc.cluster.local")).toMatch(/^scrim=/);
  expect(fetched("https://cart.internal:8443")).toMatch(/^tracestate: scrim=[A-Za-z0-9_-]{40}$/);
  for (const host of [
    "cart.internal.evil.example",
    "svc.cluster.local",
    "evil-svc.cluster.local",
    "internal",
    "",
  ]) {
    expect(sent(host)).toBe(undefined);
    expect(fetched(`https://${host || "x"}`)).toBe("");
  }
  expect(fetched("no url")).toBe("");
  hooks.http(span, {}); // an incoming request
});

test("a trace state that is full makes room from its end", () => {
  const grants = new GrantSet();
  put(grants, {});
  const members = Array.from({ length: 32 }, (_, i) => `k${i}=v`).join(",");
  const span = service(grants).request({}, remote(TRACE_ID, members));
  const state = span.spanContext().traceState!.serialize().split(",");
  expect(state.length).toBe(32);
  expect(state[0]).toMatch(/^scrim=/);
  const long = Array.from({ length: 5 }, (_, i) => `k${i}=${"v".repeat(95)}`).join(",");
  const second = service(grants).request({}, remote(TRACE_ID, long));
  const text = second.spanContext().traceState!.serialize();
  expect(text.length).toBeLessThanOrEqual(512);
  expect(text).toMatch(/^scrim=[A-Za-z0-9_-]{40},k0=/);
});
