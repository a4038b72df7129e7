import { context, createContextKey, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { suppressTracing } from "@opentelemetry/core";
import { FLIGHT_RECORDER_LIMITS, type GrantInput, GrantSchema, GrantSet, mintToken } from "@scrim/grants";
import { expect, test, vi } from "vitest";
import { createLoggerGate } from "./logger-gate.ts";
import { withToken } from "./trace-state-member.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const OTHER_TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const [TRACE, DEBUG] = [1, 5];
const KEY = Buffer.alloc(32, 7);

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

const now = Math.floor(Date.now() / 1000);

function put(grants: GrantSet, change: Partial<GrantInput> = {}): void {
  const grant = GrantSchema.parse({
    id: "00112233aabbccdd",
    kind: "capture",
    selector: { trace_ids: [TRACE_ID] },
    level: "debug",
    not_before: now - 1,
    expires_at: now + 600,
    ...change,
  });
  const audience = { service: "shop", environment: "test" };
  grants.replace({
    audience,
    version: 1,
    issuedAt: now,
    expiresAt: now + 600,
    grants: [{ grant, key: KEY }],
  });
}

const inTrace = (traceId: string, token?: string) =>
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId: "b7ad6b7169203331",
    traceFlags: 1,
    ...(token !== undefined && { traceState: withToken(undefined, token) }),
  });

test("it is open for approved traces, from the severity of their grant on", () => {
  const grants = new GrantSet();
  const gate = createLoggerGate({ grants });
  expect(gate.isOpen(DEBUG, inTrace(TRACE_ID))).toBe(false);
  put(grants);
  expect(gate.isOpen(DEBUG, inTrace(TRACE_ID))).toBe(true);
  expect(gate.isOpen(TRACE, inTrace(TRACE_ID))).toBe(false);
  expect(gate.isOpen(DEBUG, inTrace(OTHER_TRACE_ID))).toBe(false);
  expect(gate.isOpen(DEBUG, ROOT_CONTEXT)).toBe(false);
  expect(context.with(inTrace(TRACE_ID), () => gate.isOpen(DEBUG))).toBe(true);
  expect(gate.isOpen(DEBUG)).toBe(false);
});

test("it is open for a trace that comes with a token", () => {
  const grants = new GrantSet();
  const gate = createLoggerGate({ grants });
  put(grants, { selector: { trace_ids: ["f".repeat(32)] } });
  const claims = { grant: "00112233aabbccdd", expiresAt: now + 60, severity: DEBUG };
  expect(gate.isOpen(DEBUG, inTrace(OTHER_TRACE_ID, mintToken(KEY, claims, OTHER_TRACE_ID)))).toBe(true);
  expect(gate.isOpen(DEBUG, inTrace(OTHER_TRACE_ID, mintToken(KEY, claims, TRACE_ID)))).toBe(false);
});

test("a context for which it was closed is asked again once grants have changed", () => {
  const grants = new GrantSet();
  const gate = createLoggerGate({ grants });
  const current = inTrace(OTHER_TRACE_ID);
  put(grants);
  const asked = vi.spyOn(grants, "forTraceId");
  for (let i = 0; i < 3; i++) expect(gate.isOpen(DEBUG, current)).toBe(false);
  expect(asked, "and not before").toHaveBeenCalledTimes(1);
  put(grants, { selector: { trace_ids: [OTHER_TRACE_ID] } });
  expect(gate.isOpen(DEBUG, current)).toBe(true);
  put(grants, { selector: { where: "true" }, traces_max: 1 });
  expect(gate.isOpen(DEBUG, current)).toBe(false);
  grants.approve(grants.withPredicate[0]!, OTHER_TRACE_ID);
  expect(gate.isOpen(DEBUG, current), "approved here").toBe(true);
  grants.clear();
  expect(gate.isOpen(DEBUG, current)).toBe(false);
});

test("before a flight recorder it is open for every trace, and for nothing else", () => {
  const gate = createLoggerGate({ grants: new GrantSet(), flightRecorder: FLIGHT_RECORDER_LIMITS });
  expect(gate.isOpen(TRACE, inTrace(OTHER_TRACE_ID))).toBe(true);
  expect(gate.isOpen(TRACE, inTrace("0".repeat(32)))).toBe(false);
  expect(gate.isOpen(TRACE, ROOT_CONTEXT)).toBe(false);
});

test("it is closed for what exporters of the SDK do", () => {
  const grants = new GrantSet();
  put(grants);
  const current = suppressTracing(inTrace(TRACE_ID));
  expect(createLoggerGate({ grants }).isOpen(DEBUG, current)).toBe(false);
  expect(createLoggerGate({ grants, flightRecorder: FLIGHT_RECORDER_LIMITS }).isOpen(DEBUG, current)).toBe(
    false,
  );
});

test("where it can't be asked it is closed", () => {
  const grants = new GrantSet();
  put(grants);
  const gate = createLoggerGate({ grants });
  const broken = {
    getValue() {
      throw new Error("no");
    },
  };
  expect(gate.isOpen(DEBUG, broken as never)).toBe(false);
  expect(gate.isOpen(DEBUG, ROOT_CONTEXT.setValue(createContextKey("other"), 1))).toBe(false);
});
