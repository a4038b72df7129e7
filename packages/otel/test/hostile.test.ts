import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
  createRedactingLogRecordProcessor,
  createRedactingSpanProcessor,
  type LogRecordLike,
  type SpanLike,
} from "@scrim/otel";
import { expect, test } from "vitest";
import { EXPONENT_MAX, exponentOf } from "../../../test/measure/linear-time.ts";

const SECRET = "jane@leak.example";
const lastly = { forceFlush: async () => {}, shutdown: async () => {} };

function emitted(record: { body?: unknown; attributes?: object }): LogRecordLike {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({
    processors: [createRedactingLogRecordProcessor({ delegate: new SimpleLogRecordProcessor({ exporter }) })],
  });
  provider.getLogger("test").emit(record as never);
  return exporter.getFinishedLogRecords()[0]!;
}

/** As a record reaches a processor whose attributes no SDK has checked. */
function passed(record: Partial<LogRecordLike>): LogRecordLike {
  let redacted: LogRecordLike | undefined;
  createRedactingLogRecordProcessor({
    delegate: {
      ...lastly,
      onEmit: (copy) => void (redacted = copy),
    },
  }).onEmit({
    hrTime: [1, 2],
    hrTimeObserved: [1, 2],
    resource: { attributes: {} },
    instrumentationScope: { name: "test" },
    attributes: {},
    droppedAttributesCount: 0,
    ...record,
  });
  return redacted!;
}

/** All that a value shows, bytes as text. */
function textOf(value: unknown): string {
  const shown = (_: string, inner: unknown) =>
    inner instanceof Uint8Array ? Buffer.from(inner).toString() : inner;
  return JSON.stringify(value, shown) ?? "";
}

function nested(depth: number): object {
  let value: object = { mail: SECRET };
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? { inner: value } : [value];
  return value;
}

function cyclic(): object {
  const value: Record<string, unknown> = { mail: SECRET };
  value.self = value;
  value.twice = [value, value];
  return value;
}

const throwing = () => {
  throw new Error(SECRET);
};

const HOSTILE: readonly (readonly [name: string, make: () => unknown])[] = [
  [
    "a getter that throws",
    () => Object.defineProperty({ mail: SECRET }, "bad", { get: throwing, enumerable: true }),
  ],
  ["toJSON that throws", () => ({ mail: SECRET, toJSON: throwing })],
  ["a cycle", cyclic],
  ["nesting of 10,000 levels", () => nested(10_000)],
  [
    "a proxy that throws on everything",
    () => new Proxy({}, { ownKeys: throwing, get: throwing, getPrototypeOf: throwing }),
  ],
  [
    "a revoked proxy",
    () => {
      const { proxy, revoke } = Proxy.revocable([], {});
      revoke();
      return proxy;
    },
  ],
  [
    "a proxy with a key for every question",
    () =>
      new Proxy(
        {},
        {
          ownKeys: () => ["a", "b"],
          getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
          get: () => SECRET,
        },
      ),
  ],
  [
    "keys of prototypes",
    () => JSON.parse(`{"__proto__":{"mail":"${SECRET}"},"constructor":{"prototype":"${SECRET}"}}`),
  ],
  ["a then-able", () => Object.assign({ mail: SECRET }, { ["th" + "en"]: throwing })],
  ["lone surrogates", () => `\udc00${SECRET}\ud800`],
  [
    "a Map, a Set and a Date",
    () => ({ map: new Map([["mail", SECRET]]), set: new Set([SECRET]), date: new Date(0) }),
  ],
  [
    "an error with a cause",
    () => Object.assign(new Error(SECRET, { cause: new Error(SECRET) }), { mail: SECRET }),
  ],
  [
    "an object of a class",
    () =>
      new (class User {
        mail = SECRET;
        #hidden = SECRET;
        get shown() {
          return this.#hidden;
        }
      })(),
  ],
  ["a bigint, a symbol and a function", () => [10n, Symbol(SECRET), () => SECRET]],
  ["bytes of text", () => new TextEncoder().encode(SECRET)],
  [
    "a detached buffer",
    () => {
      const bytes = new Uint8Array(8);
      structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
      return bytes;
    },
  ],
  ["an array that is sparse and a billion long", () => Object.assign([], { length: 1e9 })],
  [
    "100,000 properties",
    () => Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, SECRET])),
  ],
  ["a text of 50 MB", () => `${SECRET} `.repeat(50e6 / (SECRET.length + 1))],
  [
    "wide and deep at once",
    () => {
      let value: unknown = SECRET;
      for (let i = 0; i < 40; i++) value = [value, value];
      return value;
    },
  ],
];

test.each(HOSTILE)("%s in the body: nothing raw comes out, nothing is thrown", (_, make) => {
  const record = passed({ body: make() });
  expect(textOf(record.body)).not.toContain("leak");
  expect(record.hrTime).toEqual([1, 2]);
});

test.each(HOSTILE)("%s in an attribute: nothing raw comes out, nothing is thrown", (_, make) => {
  const record = passed({ attributes: { value: make() } });
  expect(textOf(record.attributes)).not.toContain("leak");
});

test("what can be read of a record is kept beside what throws", () => {
  const body = Object.defineProperty({ fine: "order 7 sent" }, "bad", { get: throwing, enumerable: true });
  expect(passed({ body }).body).toEqual({ fine: "order 7 sent", bad: "[WITHHELD:error]" });
});

test("texts where OTLP has numbers are left out", () => {
  const text = SECRET as never;
  const context = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
  const spanContext = { ...context, traceFlags: text, isRemote: text };
  const record = passed({
    hrTime: [text, text],
    hrTimeObserved: [1, text],
    severityNumber: text,
    droppedAttributesCount: text,
    spanContext,
  });
  expect(JSON.stringify(record)).not.toContain(SECRET);
  const counts = { droppedAttributesCount: text, droppedEventsCount: text, droppedLinksCount: text };
  let ended: SpanLike | undefined;
  createRedactingSpanProcessor({
    delegate: { ...lastly, onStart() {}, onEnd: (copy) => void (ended = copy) },
  }).onEnd({
    name: "pay",
    kind: text,
    spanContext: () => spanContext,
    parentSpanContext: spanContext,
    startTime: [text, 1],
    endTime: [1, text],
    duration: [0, text],
    ended: text,
    status: { code: text },
    attributes: {},
    events: [{ name: "sent", time: [1, text], droppedAttributesCount: text }],
    links: [{ context: spanContext, droppedAttributesCount: text }],
    resource: { attributes: {} },
    instrumentationScope: { name: "test" },
    ...counts,
  });
  expect(ended?.name).toBe("pay");
  expect(JSON.stringify([ended, ended?.spanContext()])).not.toContain(SECRET);
});

test("attributes that can't be listed are withheld, and the body stays", () => {
  const attributes = new Proxy({}, { ownKeys: throwing });
  const record = passed({ body: "order 7 sent", attributes });
  expect(record.body).toBe("order 7 sent");
  expect(Object.values(record.attributes)).toEqual(["[WITHHELD:error]"]);
});

test("a getter is read once, so that what is checked is what is sent", () => {
  let reads = 0;
  const body = Object.defineProperty({}, "note", {
    get: () => (reads++ === 0 ? "fine" : SECRET),
    enumerable: true,
  });
  expect(passed({ body }).body).toEqual({ note: "fine" });
  expect(reads).toBe(1);
});

test("a getter that logs is no trouble", () => {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({
    processors: [createRedactingLogRecordProcessor({ delegate: new SimpleLogRecordProcessor({ exporter }) })],
  });
  const logger = provider.getLogger("test");
  const body = Object.defineProperty({ before: SECRET }, "detail", {
    get: () => {
      logger.emit({ body: `inside ${SECRET}` });
      return SECRET;
    },
    enumerable: true,
  });
  logger.emit({ body });
  expect(exporter.getFinishedLogRecords().map((record) => record.body)).toEqual([
    "inside [REDACTED:email]",
    { before: "[REDACTED:email]", detail: "[REDACTED:email]" },
  ]);
});

test("bodies and attributes are not shared with what is exported", () => {
  const body = { list: [1, { route: "/cart" }], bytes: Uint8Array.of(1, 2) };
  const record = emitted({ body });
  expect(record.body).toEqual(body);
  body.list.push(SECRET as never);
  body.bytes[0] = 9;
  expect(textOf(record.body)).not.toContain(SECRET);
  expect((record.body as typeof body).bytes[0]).toBe(1);
});

test("a delegate that throws doesn't reach the application", () => {
  const processor = createRedactingLogRecordProcessor({
    delegate: { onEmit: throwing, forceFlush: async () => {}, shutdown: async () => {} },
  });
  const provider = new LoggerProvider({ processors: [processor] });
  expect(() => provider.getLogger("test").emit({ body: "x" })).not.toThrow();
});

test.each<[name: string, make: (size: number) => unknown]>([
  ["a long text", (size) => `${SECRET} `.repeat(size)],
  ["many properties", (size) => Object.fromEntries(Array.from({ length: size }, (_, n) => [`k${n}`, n]))],
  ["many elements", (size) => Array.from({ length: size }, () => SECRET)],
])("redacting %s takes linear time", (_, make) => {
  const prepare = (size: number) => {
    const body = make(size);
    return () => passed({ body });
  };
  expect(exponentOf(prepare, 8192)).toBeLessThan(EXPONENT_MAX);
});
