import { once } from "node:events";
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http";
import type { AddressInfo } from "node:net";
import { defaultTextMapGetter, ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordExporter,
  SimpleLogRecordProcessor,
} from "@opentelemetry/sdk-logs";
import { AlwaysOffSampler, ParentBasedSampler, TracerProvider } from "@opentelemetry/sdk-trace";
import { FLIGHT_RECORDER_LIMITS, type GrantSet } from "@scrim/grants";
import {
  createApprovedTraceSampler,
  createFlightRecorderProcessor,
  createRedactingLogRecordProcessor,
  createTokenPropagator,
  createVerboseCaptureProcessor,
} from "@scrim/otel";

/** TRACE, two of DEBUG, and INFO. */
const LOGGED = [1, 5, 8, 9];
const INFO = 9;

/** What it logs of whom a request says to be from. */
const AGENT_LENGTH = 40;

export interface ServiceOptions {
  readonly grants: GrantSet;
  /** Whether tokens that come in are believed. */
  readonly trustsIncoming: boolean;
  readonly hasFlightRecorder?: boolean;
  /** `severityNumber`s of what is logged in each request. */
  readonly logged?: readonly number[];
}

/** A service with the OpenTelemetry SDK: its application samples what its callers sampled, and logs in each request. */
export interface Service {
  /** Serves one request with these headers, in real HTTP. */
  request(headers: OutgoingHttpHeaders): Promise<void>;
  /** The severities of verbose records that left. */
  verbose(): number[];
  /** How many others left. */
  others(): number;
  close(): Promise<void>;
}

export async function startService(options: ServiceOptions): Promise<Service> {
  const exporter = new InMemoryLogRecordExporter();
  const { handle, shutdown } = instrumented(options, exporter);
  const server = createServer((request, response) => {
    handle(request.headers);
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const severities = () => exporter.getFinishedLogRecords().map(({ severityNumber }) => severityNumber!);
  return {
    async request(headers) {
      const request = httpRequest({ port, host: "127.0.0.1", path: "/pay", headers }).end();
      const [response] = await once(request, "response");
      await once(response.resume(), "end");
      if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
    },
    verbose: () => severities().filter((severity) => severity < INFO),
    others: () => severities().filter((severity) => severity >= INFO).length,
    async close() {
      server.closeAllConnections();
      server.close();
      await shutdown();
    },
  };
}

export interface Instrumented {
  /** Handles a request with these headers. */
  handle(headers: IncomingHttpHeaders): void;
  shutdown(): Promise<void>;
}

/** What the register sets up, without the server. */
export function instrumented(
  { grants, trustsIncoming, hasFlightRecorder = false, logged = LOGGED }: ServiceOptions,
  exporter: LogRecordExporter,
): Instrumented {
  const propagator = createTokenPropagator({ delegate: new W3CTraceContextPropagator(), trustsIncoming });
  const delegate = new ParentBasedSampler({ root: new AlwaysOffSampler() });
  const sampler = createApprovedTraceSampler({ grants, delegate });
  const tracing = new TracerProvider({
    sampler,
    spanProcessors: [],
  });
  const capture = createVerboseCaptureProcessor({
    grants,
    delegate: new SimpleLogRecordProcessor({ exporter }),
  });
  const redacting = createRedactingLogRecordProcessor({ delegate: capture });
  const processor = hasFlightRecorder
    ? createFlightRecorderProcessor({ grants, limits: FLIGHT_RECORDER_LIMITS, delegate: redacting })
    : redacting;
  const logging = new LoggerProvider({ processors: [processor] });
  const tracer = tracing.getTracer("shop");
  const logger = logging.getLogger("shop");
  const handle: Instrumented["handle"] = (headers) => {
    const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const attributes = { "http.request.method": "GET", "url.path": "/pay" };
    const span = tracer.startSpan("GET", { kind: SpanKind.SERVER, attributes }, parent);
    const context = trace.setSpan(parent, span);
    const body = `from ${headers["user-agent"]?.slice(0, AGENT_LENGTH) ?? "nobody"}`;
    for (const severityNumber of logged) logger.emit({ severityNumber, body, context });
    span.end();
  };
  return {
    handle,
    async shutdown() {
      await Promise.all([tracing.shutdown(), logging.shutdown()]);
    },
  };
}
