import { OperatingError } from "@scrim/errors";
import type { Consumer, Exporter } from "../component.ts";
import { REAL_CLOCK } from "../delivery/clock.ts";
import { deliverNow } from "../delivery/deliver-now.ts";
import type { ExporterWays } from "../delivery/deliveries.ts";
import { createDestination } from "../delivery/destination.ts";
import type { BuildContext } from "./build-graph.ts";
import { consumerKey, type Made } from "./graph.ts";
import { instrumentProcessor, instrumentReceiver } from "./instrument.ts";
import { endInExporters, endInQueue, type PipelineEnd } from "./pipeline-end.ts";
import type { PlannedPipeline } from "./plan-graph.ts";
import { type PipelineRunner, pipelineRunner } from "./run-pipeline.ts";

type Runners = ReadonlyMap<string, PipelineRunner>;

/** The ways to destinations. */
export type Sends = ReadonlyMap<Exporter, ExporterWays>;

/**
 * @param present the ways there are: an exporter that stays keeps its own, which knows how long the destination wants to be
 *   left alone; so does one that takes another's place and goes where that went
 */
export function connectExporters(
  pipelines: readonly PlannedPipeline[],
  exporters: readonly Made<"exporter">[],
  { metrics, log, tracer }: BuildContext,
  present: Sends = new Map(),
): Sends {
  const clock = REAL_CLOCK;
  const endsIn = (id: string) =>
    pipelines.filter((one) => one.exporters.some((exporter) => exporter.id === id)).map(({ ack }) => ack);
  const formerOf = new Map([...present.values()].map(({ destination }) => [destination.id, destination]));
  const connect = ({ id, instance, signals }: Made<"exporter">): ExporterWays => {
    const known = present.get(instance);
    const former = formerOf.get(id);
    const destination =
      known?.destination ?? createDestination(id, instance, { metrics, log, clock, tracer, former });
    const direct = known?.direct ?? deliverNow(destination, metrics, clock, tracer);
    return { destination, direct, signals, acks: new Set(endsIn(id)) };
  };
  return new Map(exporters.map((exporter) => [exporter.instance, connect(exporter)]));
}

/** The ways of batches through pipelines, by the pipeline's id. */
export function connectPipelines(
  pipelines: readonly PlannedPipeline[],
  exporters: readonly Made<"exporter">[],
  sends: Sends,
  processors: readonly Made<"processor">[],
  context: BuildContext,
): Runners {
  const { metrics, log, tracer } = context;
  const waysOf = new Map(exporters.map(({ id, instance }) => [id, sends.get(instance)!]));
  const steps = new Map(
    processors.map(({ id, instance }) => [id, instrumentProcessor(id, instance, metrics, tracer)]),
  );
  const connect = (pipeline: PlannedPipeline): PipelineRunner =>
    pipelineRunner(
      pipeline.id,
      pipeline.processors.map(({ id }) => steps.get(id)!),
      endOf(pipeline, waysOf, context),
      metrics,
      log,
    );
  return new Map(pipelines.map((pipeline) => [pipeline.id, connect(pipeline)]));
}

/** @throws {OperatingError} `CONFIG_INVALID` for a durable pipeline where there is no spool */
function endOf(
  { id, ack, exporters }: PlannedPipeline,
  waysOf: ReadonlyMap<string, ExporterWays>,
  context: BuildContext,
): PipelineEnd {
  const ids = exporters.map((exporter) => exporter.id);
  if (ack === "delivered") return endInExporters(ids.map((exporter) => waysOf.get(exporter)!.direct.send));
  const path = `service.pipelines.${id}`;
  const queue = context.deliveries.queue(ack);
  if (queue !== undefined) return endInQueue(id, queue, ids, context);
  throw new OperatingError("CONFIG_INVALID", "there is no spool to keep what is acknowledged", {
    path: `${path}.ack`,
    hint: "say ack: delivered, and clients wait for the exporters; or start the gateway anew, which opens one",
  });
}

/** What each receiver gives the batches of a signal to, by {@link consumerKey}. */
export function connectConsumers(
  pipelines: readonly PlannedPipeline[],
  runners: Runners,
  { metrics, tracer }: BuildContext,
): ReadonlyMap<string, Consumer> {
  const readers = Map.groupBy(
    pipelines.flatMap((pipeline) => pipeline.receivers.map((receiver) => ({ pipeline, receiver }))),
    ({ pipeline, receiver }) => consumerKey(receiver.path, pipeline.signal),
  );
  return new Map(
    [...readers].map(([key, read]) => {
      const { receiver, pipeline } = read[0]!;
      const ways = read.map((one) => runners.get(one.pipeline.id)!.run);
      return [key, instrumentReceiver(receiver.id, pipeline.signal, ways, metrics, tracer)];
    }),
  );
}
