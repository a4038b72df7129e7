import {
  type Attempt,
  type Batch,
  type ComponentContext,
  defineExporter,
  type Exporter,
  type ExportFailure,
  type ExportResult,
  parseSection,
} from "@scrim/pipeline";
import { countItems, splitByTraceId } from "@scrim/wire";
import { OtlpConfig } from "../otlp/otlp-config.ts";
import { otlpExporter } from "../otlp/otlp-exporter.ts";
import { OtlpHttpConfig } from "../otlphttp/otlphttp-config.ts";
import { otlpHttpExporter } from "../otlphttp/otlphttp-exporter.ts";
import { type Backend, createBackend } from "./backend.ts";
import { LoadBalancingConfig } from "./load-balancing-config.ts";
import { createRanking } from "./rendezvous.ts";

/** What of a batch goes to one backend. */
interface Part {
  readonly batch: Batch;
  /** Positions of backends, the first choice first. */
  readonly order: readonly number[];
}

/** What is left of a batch, after attempts that brought only some of it to its backends. */
interface Rest {
  readonly parts: readonly Part[];
  /** Items of the others that were rejected; undefined where there are no others. */
  readonly rejected: number | undefined;
}

/** Spreads batches over several backends. */
export const loadBalancingExporter = defineExporter({
  type: "loadbalancing",
  description: "Spreads batches over several backends, by trace or in turn.",
  configSchema: LoadBalancingConfig,
  async create(config, context) {
    const { hostnames } = config.resolver.static;
    const exporters = await createExporters(config, context);
    const backends = exporters.map((exporter, at) =>
      createBackend(exporter, { exporter: context.id, endpoint: hostOf(hostnames[at]!) }, context.metrics),
    );
    const ranking = createRanking(hostnames);
    /** A batch that comes again goes only where it did not arrive. Goes with the batch. */
    const rests = new WeakMap<Buffer, Rest>();
    let turn = 0;

    function divide(batch: Batch): readonly Part[] {
      const start = turn++ % backends.length;
      const inTurn = backends.map((_, at) => (start + at) % backends.length);
      const { signal } = batch;
      if (config.routing_key === "none" || signal === "metrics" || signal === "profiles")
        return [{ batch, order: inTurn }];
      return divideByTrace({ ...batch, signal }, inTurn);
    }

    function divideByTrace(
      batch: Batch & { readonly signal: "logs" | "traces" },
      inTurn: readonly number[],
    ): readonly Part[] {
      const order: number[] = [];
      const pieces = splitByTraceId(batch.signal, batch.bytes, backends.length, (traceId) => {
        if (traceId.length === 0) return inTurn[0]!;
        ranking.rank(traceId, order);
        return order.find((at) => backends[at]!.isIn()) ?? order[0]!;
      });
      return pieces.flatMap((bytes, at) => {
        if (bytes === undefined) return [];
        const others = inTurn.filter((other) => other !== at);
        return [
          { batch: { ...batch, bytes, items: countItems(batch.signal, bytes) }, order: [at, ...others] },
        ];
      });
    }

    return {
      delivery: exporters[0]!.delivery!,
      goesTo: exporters
        .map((exporter) => exporter.goesTo)
        .toSorted()
        .join(" "),
      async start() {
        for (const exporter of exporters) await exporter.start?.();
      },
      async export(batch, attempt) {
        const before = rests.get(batch.bytes) ?? { parts: divide(batch), rejected: undefined };
        // How it was divided depends on who was there then: a part can't be told from others by the id of the whole.
        const isWhole = before.rejected === undefined && before.parts.length === 1;
        const one = isWhole ? attempt : { ...attempt, request_id: undefined };
        const results = await Promise.all(before.parts.map((part) => sendPart(part, backends, one)));
        const { result, rest } = sumOf(before, results);
        if (rest === undefined) rests.delete(batch.bytes);
        else rests.set(batch.bytes, rest);
        return result;
      },
      async shutdown(graceMs) {
        await Promise.all(exporters.map((exporter) => exporter.shutdown?.(graceMs)));
      },
    };
  },
});

async function createExporters(
  { protocol, resolver }: LoadBalancingConfig,
  context: ComponentContext,
): Promise<readonly Exporter[]> {
  const [name, settings] = Object.entries(protocol)[0]!;
  const path = `${context.path}.protocol.${name}`;
  const create = (endpoint: string): Exporter | Promise<Exporter> => {
    const source = { ...(settings ?? {}), endpoint };
    const own = { ...context, path };
    return name === "otlp"
      ? otlpExporter.create(parseSection(OtlpConfig, source, path), own)
      : otlpHttpExporter.create(parseSection(OtlpHttpConfig, source, path), own);
  };
  return await Promise.all(resolver.static.hostnames.map(create));
}

/** The first choice, and the others in turn where that can't take it now. Those that failed lately come last. */
async function sendPart(
  { batch, order }: Part,
  backends: readonly Backend[],
  attempt: Attempt,
): Promise<ExportResult> {
  const end = performance.now() + attempt.time_left_ms;
  const [isIn, isOut] = [
    order.filter((at) => backends[at]!.isIn()),
    order.filter((at) => !backends[at]!.isIn()),
  ];
  // Where all are out, the first choice is asked alone: it is its turn to say whether it is back.
  const worthATry = isIn.length > 0 ? isIn : isOut.slice(0, 1);
  let result: ExportResult = NOBODY;
  for (const at of worthATry) {
    const time_left_ms = end - performance.now();
    if (time_left_ms <= 0 || attempt.signal.aborted) break;
    result = await backends[at]!.send(batch, { ...attempt, time_left_ms });
    if (result.status === "delivered" || !result.retryable) return result;
  }
  return result;
}

const NOBODY: ExportFailure = { status: "failed", retryable: true, reason: "no_backend" };

/** One result for all parts; what did not arrive is for another attempt. */
function sumOf(
  { parts, rejected: before }: Rest,
  results: readonly ExportResult[],
): { readonly result: ExportResult; readonly rest: Rest | undefined } {
  const missing = parts.filter((_, at) => isRetryable(results[at]!));
  const refused = parts.filter((_, at) => results[at]!.status === "failed" && !isRetryable(results[at]!));
  const failure = results.find(isRetryable) ?? results.find((result) => result.status === "failed");
  const isNothingTaken = before === undefined && missing.length + refused.length === parts.length;
  if (failure !== undefined && isNothingTaken && (missing.length === 0 || refused.length === 0))
    return { result: failure, rest: undefined };
  // Of a batch that others have taken in part, what one refuses can't be told apart any more: it counts as rejected.
  const rejected =
    (before ?? 0) +
    refused.reduce((sum, { batch }) => sum + batch.items, 0) +
    results.reduce((sum, result) => sum + (result.status === "delivered" ? result.rejected : 0), 0);
  if (missing.length === 0) return { result: { status: "delivered", rejected }, rest: undefined };
  return { result: failure!, rest: { parts: missing, rejected } };
}

function isRetryable(result: ExportResult): result is ExportFailure {
  return result.status === "failed" && result.retryable;
}

/** For the metric: of what is configured, the part that tells backends apart. */
function hostOf(endpoint: string): string {
  return URL.parse(endpoint)?.host || endpoint;
}
