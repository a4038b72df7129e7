import type { TextMapPropagator } from "@opentelemetry/api";
import { OperatingError } from "@scrim/errors";
import { readPublicKey } from "@scrim/grants";
import { bridgeApiLogs } from "../bridge-api-logs.ts";
import { followCentralPolicy } from "../central-policy.ts";
import { gateLoggers } from "../loggers/gate-loggers.ts";
import { attributesProcessor } from "../redacting-attributes-processor.ts";
import type { ExporterLike } from "../redacting-exporters.ts";
import { type LogRecordProcessorLike, logRecordProcessor } from "../redacting-log-record-processor.ts";
import { type MetricReaderLike, metricReader } from "../redacting-metric-reader.ts";
import { type SpanProcessorLike, spanProcessor } from "../redacting-span-processor.ts";
import { type RedactionOptions, type RedactionSetup, setUpRedaction } from "../redaction-options.ts";
import { ResourceRedactor } from "../resource-redactor.ts";
import type { SpanLike } from "../sdk-types.ts";
import { createApprovedTraceSampler, type SamplerLike } from "../verbose/approved-trace-sampler.ts";
import { createErrorSpanProcessor } from "../verbose/error-span-processor.ts";
import { createFlightRecorderProcessor } from "../verbose/flight-recorder-processor.ts";
import { createTokenPropagator } from "../verbose/token-propagator.ts";
import { TraceClients } from "../verbose/trace-clients.ts";
import { createVerboseCaptureProcessor } from "../verbose/verbose-capture-processor.ts";
import { watchPolicy } from "../watched-policy.ts";
import { type Capture, captureFromEnvironment } from "./capture-from-environment.ts";
import { CloseWithLast } from "./close-with-last.ts";
import {
  audienceFromEnvironment,
  authorizationBy,
  instanceFromEnvironment,
  keysIn,
} from "./control-plane-from-environment.ts";
import { isTrue, textOf } from "./environment.ts";
import {
  batchSpanProcessor,
  logRecordProcessorsFromEnvironment,
  metricReadersFromEnvironment,
  spanProcessorsFromEnvironment,
} from "./pipelines-from-environment.ts";
import { propagatorFromEnvironment } from "./propagator-from-environment.ts";
import { samplerFromEnvironment } from "./sampler-from-environment.ts";
import { SdkPackages } from "./sdk-packages.ts";

/** Options of `NodeSDK` that say where telemetry goes, of either major; the singular ones are deprecated there. */
export interface NodeSdkOptionsLike {
  logRecordProcessors?: LogRecordProcessorLike[];
  logRecordProcessor?: LogRecordProcessorLike;
  spanProcessors?: SpanProcessorLike[];
  spanProcessor?: SpanProcessorLike;
  traceExporter?: ExporterLike<SpanLike>;
  metricReaders?: MetricReaderLike[];
  metricReader?: MetricReaderLike;
  views?: ViewLike[];
  sampler?: SamplerLike;
  textMapPropagator?: TextMapPropagator | null;
  instrumentations?: unknown[];
}

export interface ViewLike {
  instrumentName?: string;
  attributesProcessors?: { process(incoming: never, context?: never): object }[];
}

/** Options that have become pipelines of their own. */
type Replaced = "logRecordProcessor" | "spanProcessor" | "traceExporter" | "metricReader";

export interface ScrimOptions extends RedactionOptions {
  /**
   * Verbose capture of approved traces. Whoever gives it closes it; unless given it is made by `SCRIM_GRANTS_*`, and closed with the last pipeline
   * that is shut down.
   */
  readonly capture?: Capture | undefined;
}

/** What {@link withScrim} answers: the options with every way out redacted. */
export type ScrimNodeSdkOptions<Options> = Omit<Options, Replaced>;

/**
 * Options for `new NodeSDK(…)` with which logs, traces and metrics leave redacted, with their resource: pipelines that the options name
 * are wrapped, and those that `OTEL_*` asks for are built here. The policy is that of `SCRIM_POLICY_FILE`, which is
 * followed as it changes, unless one is given. Also leaves `process.command_args` and its like out of the resource, unless a rule decides on them, and
 * keeps loggers of `@opentelemetry/api-logs` alive under an SDK of the 3.x line ({@link bridgeApiLogs}).
 *
 * @throws {OperatingError} where the policy can't be read or is wrong, or a part of the SDK is missing
 *
 * @example
 * ```ts
 * import { withScrim } from "@scrim/otel";
 * const options = withScrim({ logRecordProcessors: [], spanProcessors: [], metricReaders: [] });
 * console.log(Object.keys(options).join()); // logRecordProcessors,spanProcessors,metricReaders
 * ```
 */
export function withScrim<Options extends object = NodeSdkOptionsLike>(
  options: Options = {} as Options,
  redaction: ScrimOptions = {},
): ScrimNodeSdkOptions<Options> {
  if (isTrue("OTEL_SDK_DISABLED")) return options;
  bridgeApiLogs();
  const setup = setUpRedaction({ ...redaction, policy: redaction.policy ?? policyFromEnvironment() });
  const capture = redaction.capture === undefined ? captureFromEnvironment() : redaction.capture;
  const sdk = lazily(() => new SdkPackages());
  const closing =
    redaction.capture === undefined && capture !== undefined ? new CloseWithLast(capture.close) : undefined;
  const clients = capture?.flightRecorder === undefined ? undefined : new TraceClients();
  const pipelines: NodeSdkOptionsLike = options;
  const logs = logPipelines(pipelines, setup, sdk, capture, clients);
  const traces = tracePipelines(pipelines, setup, sdk, capture);
  const { logRecordProcessor, spanProcessor, traceExporter, metricReader, ...others } = pipelines;
  return {
    ...others,
    ...closedWith(logs, closing),
    ...closedWith(traces, closing),
    ...metricPipelines(pipelines, setup, sdk),
    ...(capture && captureOptions(pipelines, sdk, capture, clients)),
  } as ScrimNodeSdkOptions<Options>;
}

/** The same pipelines, with the last of which the capture ends that was made here: nobody else could end it. */
function closedWith<Pipelines extends Pick<NodeSdkOptionsLike, "logRecordProcessors" | "spanProcessors">>(
  pipelines: Pipelines,
  closing: CloseWithLast | undefined,
): Pipelines {
  if (closing === undefined) return pipelines;
  const { logRecordProcessors, spanProcessors } = pipelines;
  return {
    ...pipelines,
    ...(logRecordProcessors && {
      logRecordProcessors: logRecordProcessors.map((each) => closing.with(each)),
    }),
    ...(spanProcessors && { spanProcessors: spanProcessors.map((each) => closing.with(each)) }),
  };
}

/**
 * The policy of the control plane at `SCRIM_POLICY_URL`, followed, with the keys of the one that `SCRIM_POLICY_FILE` names; that one alone, watched, where there
 * is no such variable; the default one where there is neither.
 *
 * @throws {OperatingError} where a variable that is needed is missing, a key can't be read, or the file is no policy
 */
export function policyFromEnvironment(): RedactionOptions["policy"] {
  const file = textOf("SCRIM_POLICY_FILE");
  const url = textOf("SCRIM_POLICY_URL");
  if (url === undefined) return file === undefined ? undefined : watchPolicy(file);
  if (!URL.canParse(url)) {
    throw new OperatingError("CONFIG_INVALID", "no URL", {
      path: "SCRIM_POLICY_URL",
      hint: "write it like: https://access.internal",
    });
  }
  return followCentralPolicy({
    url,
    trusted: keysIn("SCRIM_POLICY_TRUSTED", (pem, path) => readPublicKey("policy", pem, path)),
    audience: audienceFromEnvironment(),
    instance: instanceFromEnvironment(),
    policy: file,
    cacheFile: textOf("SCRIM_POLICY_STATE"),
    authorization: authorizationBy("SCRIM_POLICY_TOKEN_FILE"),
  });
}

type Lazy<Value> = () => Value;

/** Who names all pipelines needs no other packages of the SDK. */
function lazily<Value>(make: () => Value): Lazy<Value> {
  let made: Value | undefined;
  return () => (made ??= make());
}

function logPipelines(
  { logRecordProcessors, logRecordProcessor: single }: NodeSdkOptionsLike,
  setup: RedactionSetup,
  sdk: Lazy<SdkPackages>,
  capture: Capture | undefined,
  clients: TraceClients | undefined,
): Pick<NodeSdkOptionsLike, "logRecordProcessors"> {
  const processors = logRecordProcessors ?? (single && [single]) ?? logRecordProcessorsFromEnvironment(sdk());
  return processors === undefined
    ? {}
    : { logRecordProcessors: redactLogs(processors, setup, capture, clients) };
}

/** Processors that get redacted copies with redacted resources. */
export function redactLogs(
  processors: readonly LogRecordProcessorLike[],
  setup: RedactionSetup,
  capture: Capture | undefined,
  clients?: TraceClients,
): LogRecordProcessorLike[] {
  const resources = new ResourceRedactor("logs", setup, { withoutCommandLine: true });
  return processors.map((processor) => {
    if (capture === undefined) return logRecordProcessor(setup, processor, resources);
    const { grants, floor, flightRecorder: limits } = capture;
    const capturing = createVerboseCaptureProcessor({ grants, floor, delegate: processor });
    const redacting = logRecordProcessor(setup, capturing, resources);
    return limits === undefined
      ? redacting
      : createFlightRecorderProcessor({ grants, floor, limits, clients, delegate: redacting });
  });
}

/** Sampler and propagator of the application, with approved traces raised and tokens kept in. Its loggers get gates. */
function captureOptions(
  { sampler, textMapPropagator, instrumentations }: NodeSdkOptionsLike,
  sdk: Lazy<SdkPackages>,
  capture: Capture,
  clients: TraceClients | undefined,
): Pick<NodeSdkOptionsLike, "sampler" | "textMapPropagator"> {
  const { grants, leases, trustsIncoming } = capture;
  gateLoggers(instrumentations ?? [], capture);
  const propagator =
    textMapPropagator === undefined ? propagatorFromEnvironment(sdk()) : (textMapPropagator ?? undefined);
  return {
    sampler: createApprovedTraceSampler({
      grants,
      leases,
      clients,
      delegate: sampler ?? samplerFromEnvironment(sdk()),
    }),
    textMapPropagator:
      propagator === undefined ? null : createTokenPropagator({ delegate: propagator, trustsIncoming }),
  };
}

function tracePipelines(
  { spanProcessors, spanProcessor: single, traceExporter }: NodeSdkOptionsLike,
  setup: RedactionSetup,
  sdk: Lazy<SdkPackages>,
  capture: Capture | undefined,
): Pick<NodeSdkOptionsLike, "spanProcessors"> {
  const processors =
    spanProcessors ??
    (single && [single]) ??
    (traceExporter && [batchSpanProcessor(sdk(), traceExporter)]) ??
    spanProcessorsFromEnvironment(sdk());
  if (processors === undefined) return {};
  const redacting = redactSpans(processors, setup);
  if (capture?.flightRecorder === undefined || redacting.length === 0) return { spanProcessors: redacting };
  return { spanProcessors: [createErrorSpanProcessor(capture), ...redacting] };
}

/** The same for spans. */
export function redactSpans(
  processors: readonly SpanProcessorLike[],
  setup: RedactionSetup,
): SpanProcessorLike[] {
  const resources = new ResourceRedactor("traces", setup, { withoutCommandLine: true });
  return processors.map((processor) => spanProcessor(setup, processor, resources));
}

function metricPipelines(
  { metricReaders, metricReader: single, views }: NodeSdkOptionsLike,
  setup: RedactionSetup,
  sdk: Lazy<SdkPackages>,
): Pick<NodeSdkOptionsLike, "metricReaders" | "views"> {
  const readers = metricReaders ?? (single && [single]) ?? metricReadersFromEnvironment(sdk());
  if (readers.length === 0) return { metricReaders: [] };
  return { metricReaders: redactMetrics(readers, setup), views: redactViews(views ?? [], setup) };
}

/** Readers that collect redacted metrics with redacted resources. */
export function redactMetrics(
  readers: readonly MetricReaderLike[],
  setup: RedactionSetup,
): MetricReaderLike[] {
  return readers.map((reader) => metricReader(setup, reader, { withoutCommandLine: true }));
}

/**
 * Views whose attributes are redacted before they make series, so that series that become equal are one. An instrument
 * under none of the application's views is redacted where it is collected: a view for all would double it under theirs.
 */
function redactViews(views: readonly ViewLike[], setup: RedactionSetup): ViewLike[] {
  const redacting = attributesProcessor(setup);
  if (views.length === 0) return [{ instrumentName: "*", attributesProcessors: [redacting] }];
  return views.map((view) => ({
    ...view,
    attributesProcessors: [...(view.attributesProcessors ?? []), redacting],
  }));
}
