import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { GrantSet } from "@scrim/grants";
import { expect, test } from "vitest";
import type { LogRecordLike } from "../sdk-types.ts";
import { createApprovedTraceSampler } from "./approved-trace-sampler.ts";
import { createFlightRecorderProcessor } from "./flight-recorder-processor.ts";
import { TraceClients } from "./trace-clients.ts";

const DEBUG = 5;
const LIMITS = {
  trace_records_max: 10,
  trace_bytes_max: 10_000,
  seconds: 30,
  records_max: 1_000,
  bytes_max: 1e6,
};

function traceId(n: number): string {
  return n.toString(16).padStart(32, "0");
}

const client = (address: string) => ({ "client.address": address });

test("traces of one client have one name, and those of others another", () => {
  const clients = new TraceClients();
  clients.note(traceId(1), client("192.0.2.1"));
  clients.note(traceId(2), client("192.0.2.1"));
  clients.note(traceId(3), client("192.0.2.2"));
  expect(clients.of(traceId(1))).toBe(clients.of(traceId(2)));
  expect(clients.of(traceId(1))).not.toBe(clients.of(traceId(3)));
  expect(clients.of(traceId(1))).not.toContain("192.0.2.1");
});

test.each<[name: string, attributes: object, isKnown: boolean]>([
  ["the caller's address", { "client.address": "192.0.2.1" }, true],
  ["the connection's address, where that is all there is", { "network.peer.address": "192.0.2.1" }, true],
  ["an address that is empty", { "client.address": "" }, false],
  ["an address that is no text", { "client.address": 7 }, false],
  ["no address", { "url.path": "/pay" }, false],
])("with %s a client is known: %j %s", (_, attributes, isKnown) => {
  const clients = new TraceClients();
  clients.note(traceId(1), attributes);
  expect(clients.of(traceId(1)) !== "").toBe(isKnown);
});

test("the same addresses have other names in another process, and many addresses rarely share one", () => {
  const nameOf = (clients: TraceClients) => {
    clients.note(traceId(1), client("192.0.2.1"));
    return clients.of(traceId(1));
  };
  expect(nameOf(new TraceClients())).not.toBe(nameOf(new TraceClients()));
  const clients = new TraceClients();
  const names = new Set<string>();
  for (let n = 0; n < 10_000; n++) {
    clients.note(traceId(n), client(`10.${n >> 8}.${n & 255}.1`));
    names.add(clients.of(traceId(n)));
  }
  expect(names.size).toBeGreaterThan(9_990);
});

test("the first traces are forgotten first, and memory stays bounded", () => {
  const clients = new TraceClients();
  for (let n = 1; n <= 100_000; n++) clients.note(traceId(n), client("192.0.2.1"));
  expect(clients.of(traceId(1))).toBe("");
  expect(clients.of(traceId(79_999))).toBe("");
  expect(clients.of(traceId(95_000))).not.toBe("");
});

/** A service whose spans are all left unsampled, and whose requests log one verbose record each. */
function service(clients: TraceClients | undefined) {
  const grants = new GrantSet();
  const released: unknown[] = [];
  const recorder = createFlightRecorderProcessor({
    grants,
    limits: LIMITS,
    clients,
    delegate: {
      onEmit: ({ body }) => void released.push(body),
      forceFlush: async () => {},
      shutdown: async () => {},
    },
  });
  const sampler = createApprovedTraceSampler({
    grants,
    clients,
    delegate: { shouldSample: () => ({ decision: 0 }), toString: () => "never" },
  });
  const request = (id: string, address: string, body: string) => {
    sampler.shouldSample(ROOT_CONTEXT, id, "GET", 1, client(address), []);
    const spanContext = { traceId: id, spanId: "b7ad6b7169203331", traceFlags: 0 };
    const active = trace.setSpanContext(ROOT_CONTEXT, spanContext);
    sampler.shouldSample(active, id, "inner", 0, client("198.51.100.7"), []); // no root: tells nothing
    const record: LogRecordLike = {
      hrTime: [0, 0],
      hrTimeObserved: [0, 0],
      severityNumber: DEBUG,
      body,
      resource: { attributes: {} },
      instrumentationScope: { name: "shop" },
      attributes: {},
      droppedAttributesCount: 0,
    };
    recorder.onEmit(record, active);
  };
  const approve = (id: string) => {
    const now = Math.floor(Date.now() / 1000);
    const grant = {
      id: "00112233aabbccdd",
      kind: "capture" as const,
      selector: { trace_ids: [id] },
      level: "debug" as const,
      records_per_s: 200,
      bytes_max: 1e6,
      lookback_s: 30,
      not_before: now - 1,
      expires_at: now + 60,
    };
    const audience = { service: "shop", environment: "test" };
    const grantWithKey = { grant, key: Buffer.alloc(32, 1) };
    grants.replace({ audience, version: 1, issuedAt: now, expiresAt: now + 60, grants: [grantWithKey] });
    return released;
  };
  return { request, approve };
}

const VICTIM = "f".repeat(32);
const FLOOD = 100_000;

test.each([
  ["a recorder that knows clients keeps", new TraceClients(), ["kept"]],
  ["one that knows none loses", undefined, []],
])(
  "%s what another client left, while one caller sends a hundred thousand traces",
  (_, clients, released) => {
    const { request, approve } = service(clients);
    request(VICTIM, "192.0.2.1", "kept");
    for (let n = 1; n <= FLOOD; n++) request(traceId(n), "203.0.113.66", "flood");
    expect(approve(VICTIM)).toEqual(released);
  },
  60_000,
);
