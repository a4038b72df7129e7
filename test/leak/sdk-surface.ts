/**
 * Every place of the SDK that an application can put text into, filled with canaries, and every way out of it. Imports only what both
 * majors of the SDK have, so that the same runs under either.
 */
import { inspect } from "node:util";
import {
  type Attributes,
  type Context,
  context,
  createTraceState,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import {
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import type { LoggerProvider, LogRecordProcessor } from "@opentelemetry/sdk-logs";
import type { Planter } from "./planter.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** An attribute of every shape that the SDK takes everywhere. */
function attributes(planter: Planter, place: string) {
  return planter.keep({
    text: planter.at(`${place} text`),
    texts: ["fine", planter.at(`${place} array`)],
    [`key ${planter.at(`${place} key`)}`]: "value",
    json: JSON.stringify({ inner: { note: planter.at(`${place} JSON`) } }),
  });
}

/** The shapes that only some places take. */
function nested(planter: Planter, place: string) {
  return planter.keep({
    deep: { list: [{ note: planter.at(`${place} nested`) }, [planter.at(`${place} nested array`)]] },
    bytes: bytes(planter.at(`${place} bytes`)),
  });
}

/** What the environment says of the service, and what the application adds. */
export function resourceOf(planter: Planter): Resource {
  process.env.OTEL_RESOURCE_ATTRIBUTES = `note=${encodeURIComponent(planter.at("environment"))}`;
  const detected = detectResources({ detectors: [envDetector] });
  delete process.env.OTEL_RESOURCE_ATTRIBUTES;
  return detected.merge(
    resourceFromAttributes({ "service.name": "shop", ...attributes(planter, "resource") }),
  );
}

class Thrown extends Error {
  readonly detail: string;

  constructor(message: string, detail: string, cause?: unknown) {
    super(message, { cause });
    this.detail = detail;
  }
}

/**
 * An error, the one that caused it, and the text that caused that.
 *
 * @public `test/compat` throws it too
 */
export function thrown(planter: Planter, place: string): Error {
  const cause = new Thrown(
    planter.at(`${place} cause`),
    planter.at(`${place} cause detail`),
    planter.at(`${place} root cause`),
  );
  return planter.keep(new Thrown(planter.at(`${place} message`), planter.at(`${place} detail`), cause));
}

/** An error as loggers serialize it, its causes inside. The SDK itself reads type, message and stack alone. */
function serialized(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  return { ...error, name, message, stack, cause: serialized(cause) };
}

function baggage(planter: Planter, place: string): Context {
  return propagation.setBaggage(
    ROOT_CONTEXT,
    propagation.createBaggage({ note: { value: planter.at(place) } }),
  );
}

/** Attributes of the entries of baggage, as processors for it make them. */
function baggageAttributes(from: Context | undefined): Attributes {
  const entries = propagation.getBaggage(from ?? context.active())?.getAllEntries() ?? [];
  return Object.fromEntries(entries.map(([key, { value }]) => [`baggage.${key}`, value]));
}

/** Puts baggage into attributes before the delegate sees a record. */
export function logBaggage(delegate: LogRecordProcessor): LogRecordProcessor {
  return {
    onEmit(record, from) {
      record.setAttributes(baggageAttributes(from));
      delegate.onEmit(record, from);
    },
    forceFlush: () => delegate.forceFlush(),
    shutdown: () => delegate.shutdown(),
  };
}

/** The same for spans, when they start. */
export const spanBaggage = {
  onStart: (span: Span, from: Context): void => void span.setAttributes(baggageAttributes(from)),
  onEnd(): void {},
  forceFlush: async (): Promise<void> => {},
  shutdown: async (): Promise<void> => {},
};

/** Logs canaries in every place that an application has for text. Eight records. */
export function emitLogs(planter: Planter, provider: LoggerProvider): void {
  const logger = provider.getLogger(planter.at("scope name"), planter.at("scope version"), {
    schemaUrl: planter.at("scope schema"),
    attributes: { note: planter.at("scope attribute") },
  });
  const error = thrown(planter, "error");
  logger.emit({ body: planter.at("body") });
  logger.emit({ body: planter.keep({ ...attributes(planter, "body"), ...nested(planter, "body") }) });
  logger.emit({ body: planter.keep([planter.at("body array"), [planter.at("body nested array")]]) });
  logger.emit({ body: planter.keep(bytes(planter.at("body bytes"))) as never });
  logger.emit({ body: error as never, exception: error });
  logger.emit({
    body: inspect(thrown(planter, "inspected error")),
    attributes: { failure: serialized(error) } as never,
  });
  logger.emit({ body: "fine", context: baggage(planter, "log baggage") });
  logger.emit({
    body: "fine",
    severityText: planter.at("severity text"),
    eventName: planter.at("event name"),
    attributes: planter.keep({ ...attributes(planter, "log"), ...nested(planter, "log") }) as never,
  });
}

/** The same with spans: one, with an event, an exception and a link. */
export function endSpan(planter: Planter, tracer: Tracer): void {
  const spanContext = (place: string) => ({
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    traceFlags: 1,
    isRemote: true,
    traceState: createTraceState(
      `note=${planter.at(place).replaceAll("=", ":").replaceAll(/[,\n]/g, " ").slice(0, 200)}`,
    ),
  });
  const error = thrown(planter, "exception");
  const span = tracer.startSpan(
    "span",
    {
      attributes: planter.keep({
        ...attributes(planter, "span"),
        ...nested(planter, "span"),
        failure: serialized(error),
      }) as never,
      links: [{ context: spanContext("link trace state"), attributes: attributes(planter, "link") }],
    },
    trace.setSpanContext(baggage(planter, "span baggage"), spanContext("trace state")),
  );
  span.addEvent(planter.at("event name"), attributes(planter, "event"));
  span.addEvent("exception", { "exception.stacktrace": inspect(thrown(planter, "inspected exception")) });
  span.recordException(error);
  span.setStatus({ code: 2, message: planter.at("status") });
  span.updateName(planter.at("span name"));
  span.end();
}

interface Exporter<Item> {
  export(items: Item[], done: (result: { code: number }) => void): void;
  shutdown(): Promise<void>;
}

/** An exporter that gives what it gets to each of these, and is flushed when all of them have answered. */
export function toEach<Item>(exporters: readonly Exporter<Item>[]) {
  const exports: Promise<number>[] = [];
  return {
    export(items: Item[], done: (result: { code: number }) => void) {
      const answers = exporters.map(
        (each) => new Promise<number>((resolve) => each.export(items, ({ code }) => resolve(code))),
      );
      exports.push(...answers);
      Promise.all(answers).then((codes) => done({ code: Math.max(...codes) }));
    },
    forceFlush: async () => void (await Promise.all(exports)),
    shutdown: async () => void (await Promise.all(exporters.map((each) => each.shutdown()))),
  };
}

/** What is in an exporter's request: protobuf as it is, JSON without its escapes, and bytes as what they say. */
export function requestText(contentType: string, body: Buffer): string {
  if (contentType !== "application/json") return body.toString("latin1");
  const strings = [...body.toString().matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(
    (match) => JSON.parse(match[0]) as string,
  );
  return strings.map((text) => `${text}\n${Buffer.from(text, "base64").toString("latin1")}`).join("\n");
}
