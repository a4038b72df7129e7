import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineExporter, defineProcessor, defineReceiver, type Processor } from "./component.ts";
import { parseConfig } from "./config/config.ts";
import { ConfigFiles } from "./files/config-files.ts";
import { componentTable } from "./graph/component-table.ts";
import { planGraph } from "./graph/plan-graph.ts";
import { buildService } from "./service.ts";
import { MetricRegistry } from "./telemetry/metric-registry.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

const RELOADS = 10;

test("components that were replaced leave memory, whoever stays", async () => {
  const steps: WeakRef<Processor>[] = [];
  /** Components may keep it as long as they live. */
  const told: unknown[] = [];
  const step = defineProcessor({
    type: "policy",
    description: "A step that is made anew.",
    configSchema: z.strictObject({ nth: z.int() }),
    capabilities: { adds_text: false },
    create() {
      const made: Processor = { process: (batch) => batch };
      steps.push(new WeakRef(made));
      return made;
    },
  });
  const components = [
    defineReceiver({
      type: "stays",
      description: "A receiver that keeps all that it was told.",
      configSchema: z.strictObject({}),
      create(_, context) {
        told.push(context);
        return {};
      },
    }),
    defineReceiver({
      type: "reloads",
      description: "A receiver that takes another configuration, and keeps what it was told first.",
      configSchema: z.strictObject({ nth: z.int() }),
      create(_, context) {
        told.push(context);
        return { reload: async () => () => {} };
      },
    }),
    step,
    defineExporter({
      type: "out",
      description: "An exporter that keeps all that it was told.",
      configSchema: z.strictObject({}),
      create(_, context) {
        told.push(context);
        return { export: () => ({ status: "delivered", rejected: 0 }) };
      },
    }),
  ];
  const plan = (nth: number) =>
    planGraph(
      parseConfig(
        {
          receivers: { stays: null, reloads: { nth } },
          processors: { policy: { nth } },
          exporters: { out: null },
          service: {
            extensions: [],
            pipelines: {
              logs: {
                receivers: ["stays", "reloads"],
                processors: ["policy"],
                exporters: ["out"],
                ack: "delivered",
              },
            },
          },
        },
        {},
      ),
      componentTable(components),
    );
  const service = await buildService(plan(0), {
    baseDir: ".",
    log: { info: () => {}, warn: () => {} },
    metrics: new MetricRegistry(),
    print: () => {},
  });
  await service.start();
  const read: WeakRef<ConfigFiles>[] = [];
  const files = () => {
    const attempt = new ConfigFiles();
    read.push(new WeakRef(attempt));
    return attempt;
  };
  for (let nth = 1; nth <= RELOADS; nth++) await service.reload(plan(nth), files());
  for (let n = 0; n < 5; n++) {
    await setImmediate();
    collect();
  }
  expect(steps).toHaveLength(RELOADS + 1);
  // The one in force; and perhaps the one before it.
  expect(steps.filter((one) => one.deref() !== undefined).length).toBeLessThanOrEqual(2);
  expect(read).toHaveLength(RELOADS);
  expect(read.filter((one) => one.deref() !== undefined).length).toBeLessThanOrEqual(2);
  expect(told).toHaveLength(3);
  await service.shutdown();
});
