import { OTLPLogExporter as JsonLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPTraceExporter as JsonTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordExporter,
  type LogRecordProcessor,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import {
  createRedactingLogRecordExporter,
  createRedactingLogRecordProcessor,
  createRedactingSpanExporter,
  createRedactingSpanProcessor,
} from "@scrim/otel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sink, startSink } from "../e2e/sink.ts";
import { CANARIES } from "./canaries.ts";
import { Planter, textsIn } from "./planter.ts";
import {
  emitLogs,
  endSpan,
  logBaggage,
  requestText,
  resourceOf,
  spanBaggage,
  toEach,
} from "./sdk-surface.ts";

let sink: Sink;
beforeAll(async () => {
  sink = await startSink();
});
afterAll(() => sink.close());

/** All that left: what the exporter in memory has, and the requests that came in since. */
function outputs(items: readonly object[], since: number): readonly string[] {
  const requests = sink.received.slice(since);
  expect(new Set(requests.map(({ contentType }) => contentType))).toEqual(
    new Set(["application/json", "application/x-protobuf"]),
  );
  return [textsIn(items), ...requests.map(({ contentType, body }) => requestText(contentType, body))];
}

type Wrap<Delegate> = (delegate: Delegate) => Delegate;

/** Logs through all exporters; baggage becomes attributes before the processor and, once more, behind it. */
async function logged(
  planter: Planter,
  processor: Wrap<LogRecordProcessor>,
  exporter: Wrap<LogRecordExporter>,
): Promise<readonly string[]> {
  const since = sink.received.length;
  const memory = new InMemoryLogRecordExporter();
  const url = `${sink.url}/v1/logs`;
  const all = toEach<ReadableLogRecord>([
    memory,
    new JsonLogExporter({ url }),
    new ProtobufLogExporter({ url }),
  ] as never);
  const last = logBaggage(new SimpleLogRecordProcessor({ exporter: exporter(all as LogRecordExporter) }));
  const provider = new LoggerProvider({
    resource: resourceOf(planter),
    processors: [logBaggage(processor(last))],
  });
  emitLogs(planter, provider);
  await provider.forceFlush();
  await all.forceFlush();
  expect(memory.getFinishedLogRecords()).toHaveLength(8);
  return outputs(memory.getFinishedLogRecords(), since);
}

async function traced(
  planter: Planter,
  processor: Wrap<SpanProcessor>,
  exporter: Wrap<SpanExporter>,
): Promise<readonly string[]> {
  const since = sink.received.length;
  const memory = new InMemorySpanExporter();
  const url = `${sink.url}/v1/traces`;
  const all = toEach([memory, new JsonTraceExporter({ url }), new ProtobufTraceExporter({ url })]);
  const last = new SimpleSpanProcessor({ exporter: exporter(all) });
  const provider = new TracerProvider({
    resource: resourceOf(planter),
    spanProcessors: [spanBaggage, processor(last)],
  });
  endSpan(planter, provider.getTracer(planter.at("scope name"), planter.at("scope version")));
  await provider.forceFlush();
  expect(memory.getFinishedSpans()).toHaveLength(1);
  return outputs(memory.getFinishedSpans(), since);
}

const asIs = <Delegate>(delegate: Delegate) => delegate;

describe.each(Object.entries(CANARIES))("canary %s", (_, make) => {
  test("survives in no place of a log record, on no way out, and the application's objects stay", async () => {
    const planter = new Planter(make);
    const left = await logged(
      planter,
      (delegate) => createRedactingLogRecordProcessor({ delegate: delegate as never }) as never,
      (delegate) => createRedactingLogRecordExporter({ delegate: delegate as never }) as never,
    );
    expect(planter.survivors(left)).toEqual([]);
    expect(planter.changed()).toEqual([]);
  });

  test("survives in no place of a span, on no way out, and the application's objects stay", async () => {
    const planter = new Planter(make);
    const left = await traced(
      planter,
      (delegate) => createRedactingSpanProcessor({ delegate: delegate as never }) as never,
      (delegate) => createRedactingSpanExporter({ delegate: delegate as never }) as never,
    );
    expect(planter.survivors(left)).toEqual([]);
    expect(planter.changed()).toEqual([]);
  });
});

test.each([
  ["a log record", logged],
  ["a span", traced],
] as const)("without the processors, canaries survive in every place of %s", async (_, send) => {
  const planter = new Planter(CANARIES.email!);
  const ways = await send(planter, asIs, asIs);
  expect(planter.survivors(ways)).toEqual(planter.places);
  for (const way of ways) expect(planter.survivors([way])).not.toEqual([]);
});

test("an object that was changed is told", () => {
  const planter = new Planter(CANARIES.email!);
  const [list, error] = [
    planter.keep([{ deep: 1 }]),
    planter.keep(new Error("outer", { cause: new Error("inner") })),
  ];
  planter.keep({ stays: 1 });
  list[0]!.deep = 2;
  (error.cause as Error).message = "other";
  expect(planter.changed()).toEqual([0, 1]);
});
