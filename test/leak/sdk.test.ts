import { context, createTraceState, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordExporter,
  SimpleLogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import {
  createRedactingLogRecordExporter,
  createRedactingLogRecordProcessor,
  createRedactingSpanExporter,
  createRedactingSpanProcessor,
} from "@scrim/otel";
import { describe, expect, test } from "vitest";
import { CANARIES, type Canary } from "./canaries.ts";

/** Gives out canaries of one type, each for a place of its own. */
class Planter {
  readonly planted: { readonly place: string; readonly canary: Canary }[] = [];
  readonly #make: (n: number) => Canary;

  constructor(make: (n: number) => Canary) {
    this.#make = make;
  }

  at(place: string): string {
    const canary = this.#make(this.planted.length + 1);
    this.planted.push({ place, canary });
    return canary.text;
  }

  /** The places whose canaries are in one of the outputs. */
  survivors(...outputs: readonly string[]): string[] {
    return this.planted
      .filter(({ canary }) => outputs.some((output) => output.includes(canary.secret)))
      .map(({ place }) => place);
  }
}

const bytes = (text: string) => new TextEncoder().encode(text);

/** An attribute of every shape that the SDK takes. */
function attributes(planter: Planter, place: string) {
  return {
    text: planter.at(`${place} text`),
    texts: ["fine", planter.at(`${place} array`)],
    [`key ${planter.at(`${place} key`)}`]: "value",
    json: JSON.stringify({ inner: { note: planter.at(`${place} JSON`) } }),
  };
}

function nested(planter: Planter, place: string) {
  return {
    deep: { list: [{ note: planter.at(`${place} nested`) }, [planter.at(`${place} nested array`)]] },
    bytes: bytes(planter.at(`${place} bytes`)),
  };
}

const resourceOf = (planter: Planter) =>
  resourceFromAttributes({ "service.name": "shop", ...attributes(planter, "resource") });

class Thrown extends Error {
  readonly detail: string;

  constructor(message: string, detail: string, cause?: unknown) {
    super(message, { cause });
    this.detail = detail;
  }
}

/** Logs canaries in every place that an application has for text. */
function emitLogs(planter: Planter, exporter: LogRecordExporter): void {
  const delegate = new SimpleLogRecordProcessor({
    exporter: createRedactingLogRecordExporter({ delegate: exporter }),
  });
  const provider = new LoggerProvider({
    resource: resourceOf(planter),
    processors: [createRedactingLogRecordProcessor({ delegate })],
  });
  const logger = provider.getLogger(planter.at("scope name"), planter.at("scope version"), {
    schemaUrl: planter.at("scope schema"),
  });
  const error = new Thrown(planter.at("message"), planter.at("detail"), new Error(planter.at("cause")));
  logger.emit({ body: planter.at("body") });
  logger.emit({ body: { ...attributes(planter, "body"), ...nested(planter, "body") } });
  logger.emit({ body: [planter.at("body array"), [planter.at("body nested array")]] });
  logger.emit({ body: bytes(planter.at("body bytes")) as never });
  logger.emit({ body: error as never, exception: error });
  logger.emit({
    body: "fine",
    severityText: planter.at("severity text"),
    eventName: planter.at("event name"),
    attributes: { ...attributes(planter, "log"), ...nested(planter, "log") } as never,
  });
}

/** The same with spans. */
function endSpans(planter: Planter, exporter: SpanExporter): void {
  const delegate = new SimpleSpanProcessor({
    exporter: createRedactingSpanExporter({ delegate: exporter }),
  });
  const provider = new TracerProvider({
    resource: resourceOf(planter),
    spanProcessors: [createRedactingSpanProcessor({ delegate })],
  });
  const tracer = provider.getTracer(planter.at("scope name"), planter.at("scope version"));
  const spanContext = (place: string) => ({
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    traceFlags: 1,
    isRemote: true,
    traceState: createTraceState(
      `note=${planter.at(place).replaceAll("=", ":").replaceAll(/[,\n]/g, " ").slice(0, 200)}`,
    ),
  });
  const parent = trace.setSpanContext(ROOT_CONTEXT, spanContext("trace state"));
  const span = tracer.startSpan(
    planter.at("span name"),
    {
      attributes: { ...attributes(planter, "span"), ...nested(planter, "span") } as never,
      links: [{ context: spanContext("link trace state"), attributes: attributes(planter, "link") }],
    },
    parent,
  );
  span.addEvent(planter.at("event name"), attributes(planter, "event"));
  span.recordException(
    new Thrown(planter.at("exception"), planter.at("detail"), new Error(planter.at("cause"))),
  );
  span.setStatus({ code: 2, message: planter.at("status") });
  span.updateName(planter.at("new span name"));
  span.end();
}

const textOf = (output: Uint8Array | undefined) => Buffer.from(output!).toString("latin1");

describe.each(Object.entries(CANARIES))("canary %s", (_, make) => {
  test("survives in no place of a log record, on either way out", () => {
    const planter = new Planter(make);
    const exporter = new InMemoryLogRecordExporter();
    emitLogs(planter, exporter);
    const records = exporter.getFinishedLogRecords();
    expect(records).toHaveLength(6);
    const protobuf = textOf(ProtobufLogsSerializer.serializeRequest(records));
    const json = textOf(JsonLogsSerializer.serializeRequest(records));
    expect(planter.survivors(protobuf, unescaped(json))).toEqual([]);
  });

  test("survives in no place of a span, on either way out", () => {
    const planter = new Planter(make);
    const exporter = new InMemorySpanExporter();
    context.with(ROOT_CONTEXT, () => endSpans(planter, exporter));
    const spans = exporter.getFinishedSpans();
    expect(spans).toHaveLength(1);
    const protobuf = textOf(ProtobufTraceSerializer.serializeRequest(spans));
    const json = textOf(JsonTraceSerializer.serializeRequest(spans));
    expect(planter.survivors(protobuf, unescaped(json))).toEqual([]);
  });
});

/** Canaries with line breaks or quotes are looked for as they are, and bytes as what they say. */
function unescaped(json: string): string {
  const strings = [...json.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => JSON.parse(match[0]) as string);
  return strings.map((text) => `${text}\n${Buffer.from(text, "base64").toString("latin1")}`).join("\n");
}

test("without the processors, canaries survive: the outputs are looked at where they would be", () => {
  const planter = new Planter(CANARIES.email!);
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  provider.getLogger("test").emit({ body: bytes(planter.at("bytes")) as never });
  provider.getLogger("test").emit({ body: { note: [planter.at("nested")] } });
  const json = textOf(JsonLogsSerializer.serializeRequest(exporter.getFinishedLogRecords()));
  expect(planter.survivors(unescaped(json))).toEqual(["bytes", "nested"]);
});
