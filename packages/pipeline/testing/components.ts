import { z } from "zod";
import type { Batch } from "../src/batch.ts";
import {
  type Component,
  type Consumer,
  defineExporter,
  defineExtension,
  defineProcessor,
  defineReceiver,
  type ExportResult,
  type Keeper,
  type Processor,
} from "../src/component.ts";
import { RetryOnFailure } from "../src/delivery/retry.ts";
import { SendingQueue } from "../src/delivery/sending-queue.ts";

/** Components for tests, which write what happens to them into one list. */
export interface TestComponents {
  readonly components: readonly Component[];
  /** `start exporters.out`, `export out logs 3`. */
  readonly events: string[];
  /** Feeds the receiver `in`. */
  consumer(signal: Batch["signal"]): Consumer;
}

export interface TestBehaviour {
  readonly process?: Processor["process"];
  /** Is given the step's keeper of logs. */
  readonly keep?: (keeper: Keeper | undefined) => void;
  readonly export?: (batch: Batch, id: string) => ExportResult | Promise<ExportResult>;
  readonly startExtension?: () => void;
}

export function testComponents(behaviour: TestBehaviour = {}): TestComponents {
  const events: string[] = [];
  const consumers = new Map<string, Consumer>();
  const lifeCycle = (path: string) => ({
    start: () => void events.push(`start ${path}`),
    shutdown: () => void events.push(`shutdown ${path}`),
  });
  const process = behaviour.process ?? ((batch: Batch) => batch);
  const processor = (type: string, adds_text: boolean) =>
    defineProcessor({
      type,
      description: "A processor for tests.",
      configSchema: z.strictObject({}),
      capabilities: { adds_text },
      create(_, { path, keeperOf }) {
        if (type === "step") behaviour.keep?.(keeperOf("logs"));
        return { ...lifeCycle(path), process: type === "step" ? process : (batch) => batch };
      },
    });
  const components: Component[] = [
    defineReceiver({
      type: "in",
      description: "A receiver for tests.",
      configSchema: z.strictObject({}),
      create(_, { path, signals, consumerOf }) {
        for (const signal of signals) consumers.set(signal, consumerOf(signal)!);
        return { ...lifeCycle(path), endpoints: () => ({ test: "here" }) };
      },
    }),
    processor("policy", false),
    processor("step", false),
    processor("enrich", true),
    defineExporter({
      type: "out",
      description: "An exporter for tests.",
      configSchema: z.strictObject({}),
      create: (_, { id, path }) => ({
        ...lifeCycle(path),
        delivery: {
          retry_on_failure: RetryOnFailure.parse({ enabled: false }),
          sending_queue: SendingQueue.parse({}),
        },
        export(batch) {
          events.push(`export ${id} ${batch.signal} ${batch.items}`);
          return behaviour.export?.(batch, id) ?? { status: "delivered", rejected: 0 };
        },
      }),
    }),
    defineExtension({
      type: "health_check",
      description: "An extension for tests.",
      configSchema: z.strictObject({}),
      create: (_, { path }) => ({
        ...lifeCycle(path),
        start() {
          behaviour.startExtension?.();
          events.push(`start ${path}`);
        },
        ready: (ready) => void events.push(`ready ${ready}`),
      }),
    }),
  ];
  return { components, events, consumer: (signal) => consumers.get(signal)! };
}
