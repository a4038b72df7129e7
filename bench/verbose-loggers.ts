/** What a line below a logger's level costs where verbose capture is set up, with each logger as applications have it. */
import { createRequire } from "node:module";
import { Writable } from "node:stream";
import { context, logs, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BunyanInstrumentation } from "@opentelemetry/instrumentation-bunyan";
import { PinoInstrumentation } from "@opentelemetry/instrumentation-pino";
import { WinstonInstrumentation } from "@opentelemetry/instrumentation-winston";
import { LoggerProvider, type LogRecordProcessor } from "@opentelemetry/sdk-logs";
import { FLIGHT_RECORDER_LIMITS, GrantSchema, GrantSet } from "@scrim/grants";
import {
  bridgeApiLogs,
  createFlightRecorderProcessor,
  createRedactingLogRecordProcessor,
  createVerboseCaptureProcessor,
  gateLoggers,
  type LoggerGateOptions,
} from "@scrim/otel";
import { measureInTurn, table } from "./measure.ts";

const ROUNDS = 25;
const CALLS = 20_000;
const CALLS_RECORDED = 500;

interface DebugLogger {
  debug(message: string): unknown;
}

const LIBRARIES = ["pino", "winston", "bunyan"] as const;
type Library = (typeof LIBRARIES)[number];

interface Modules {
  readonly pino: typeof import("pino");
  readonly winston: typeof import("winston");
  readonly winstonLogger: unknown;
  readonly bunyan: typeof import("bunyan");
}

const require = createRequire(import.meta.url);

/** Copies of their own, which nothing has patched yet. */
function load(): Modules {
  for (const file of Object.keys(require.cache))
    if (/\/node_modules\/(?:pino|winston|bunyan)\//.test(file)) delete require.cache[file];
  return {
    pino: require("pino"),
    winston: require("winston"),
    winstonLogger: require("winston/lib/winston/logger.js"),
    bunyan: require("bunyan"),
  };
}

interface Patching {
  readonly _modules: readonly {
    patch(exports: unknown): unknown;
    readonly files: readonly Patching["_modules"][number][];
  }[];
}

/** Loggers at level info that print nowhere, of modules that are instrumented by hand, so that there can be more than one copy. */
function loggersOf(modules: Modules, capture?: LoggerGateOptions): Record<Library, DebugLogger> {
  const instrumentations = [
    new PinoInstrumentation(),
    new WinstonInstrumentation(),
    new BunyanInstrumentation(),
  ];
  if (capture !== undefined) gateLoggers(instrumentations, capture);
  const [pino, winston, bunyan] = instrumentations as unknown as [Patching, Patching, Patching];
  const patchedPino = pino._modules[0]!.patch(modules.pino) as typeof modules.pino;
  const patchedBunyan = bunyan._modules[0]!.patch(modules.bunyan) as typeof modules.bunyan;
  winston._modules[0]!.files[0]!.patch(modules.winstonLogger);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  return {
    pino: patchedPino({}, nowhere),
    winston: modules.winston.createLogger({
      transports: [new modules.winston.transports.Stream({ stream: nowhere })],
    }),
    bunyan: patchedBunyan.createLogger({ name: "shop", streams: [{ level: "info", stream: nowhere }] }),
  };
}

/** A thousand traces, none of which is current. */
function approveOthers(grants: GrantSet): void {
  const now = Math.floor(Date.now() / 1000);
  const grant = GrantSchema.parse({
    id: "00112233aabbccdd",
    kind: "capture",
    selector: { trace_ids: Array.from({ length: 1000 }, (_, i) => (i + 1).toString(16).padStart(32, "0")) },
    level: "debug",
    not_before: now - 1,
    expires_at: now + 3600,
  });
  const audience = { service: "bench", environment: "bench" };
  const keyed = { grant, key: Buffer.alloc(32, 7) };
  grants.replace({ audience, version: 1, issuedAt: now, expiresAt: now + 3600, grants: [keyed] });
}

const CURRENT = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  traceFlags: 1,
});

/** A loop of its own, so that it is compiled for this logger alone. */
function logging(logger: DebugLogger, calls: number): () => void {
  const loop = new Function("logger", "calls", 'for (let i = 0; i < calls; i++) logger.debug("cart");');
  return () => loop(logger, calls);
}

/** What a rejected line costs with gates, beside what the logger's own level makes it cost. */
export function verboseLoggerSection(): string[] {
  const copies = [load(), load(), load(), load()] as const;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  bridgeApiLogs();
  const recorder = { grants: new GrantSet(), flightRecorder: FLIGHT_RECORDER_LIMITS };
  const lastly = { onEmit() {}, forceFlush: async () => {}, shutdown: async () => {} };
  const processor = createFlightRecorderProcessor({
    grants: recorder.grants,
    limits: FLIGHT_RECORDER_LIMITS,
    delegate: createRedactingLogRecordProcessor({
      delegate: createVerboseCaptureProcessor({ grants: recorder.grants, delegate: lastly }),
    }),
  });
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [processor as LogRecordProcessor] }));
  const granted = new GrantSet();
  approveOthers(granted);
  const own = loggersOf(copies[0]);
  const withoutGrants = loggersOf(copies[1], { grants: new GrantSet() });
  const withGrants = loggersOf(copies[2], { grants: granted });
  const recording = loggersOf(copies[3], recorder);
  const rows = LIBRARIES.flatMap((library) => {
    const plain = logging(own[library], CALLS);
    const gated = logging(withGrants[library], CALLS);
    const recorded = logging(recording[library], CALLS_RECORDED);
    const results = measureInTurn(ROUNDS, {
      own: plain,
      none: logging(withoutGrants[library], CALLS),
      others: gated,
      ownInSpan: () => context.with(CURRENT, plain),
      othersInSpan: () => context.with(CURRENT, gated),
      recorded: () => context.with(CURRENT, recorded),
    });
    const row = (name: string, ns: number, base?: number) => [
      `${library}, ${name}`,
      ns.toFixed(1),
      ...(base === undefined ? ["", ""] : [`${(ns / base).toFixed(1)} ×`, (ns - base).toFixed(0)]),
    ];
    const ns = (name: string, calls = CALLS) => (results[name]!.bestMs * 1e6) / calls;
    return [
      row("its own level", ns("own")),
      row("gate, no grants", ns("none"), ns("own")),
      row("gate, other traces approved", ns("others"), ns("own")),
      row("its own level, in a span", ns("ownInSpan")),
      row("gate, other traces approved, in a span", ns("othersInSpan"), ns("ownInSpan")),
      row("flight recorder on, in a span", ns("recorded", CALLS_RECORDED), ns("ownInSpan")),
    ];
  });
  context.disable();
  logs.disable();
  void processor.shutdown();
  return [
    "### Verbose lines that nobody wants",
    '`log.debug("cart")` on loggers at level info with their instrumentation, of traces that are not approved: by the logger\'s own level without gates, and with gates. With the flight recorder the line is made, sent to the SDK, copied and held.',
    table(["best of the runs", "ns a line", "ratio", "ns over"], rows),
  ];
}
