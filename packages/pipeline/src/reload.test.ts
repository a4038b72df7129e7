import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import { OperatingError } from "@scrim/errors";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { type Batch, createBatch } from "./batch.ts";
import {
  type Authenticator,
  type Component,
  type Consumer,
  defineExporter,
  defineExtension,
  defineProcessor,
  defineReceiver,
  type Keeper,
} from "./component.ts";
import { parseConfig } from "./config/config.ts";
import { componentTable } from "./graph/component-table.ts";
import { planGraph } from "./graph/plan-graph.ts";
import { buildService } from "./service.ts";
import { defineMetric } from "./telemetry/metric-definition.ts";
import { MetricRegistry } from "./telemetry/metric-registry.ts";

const STATE = defineMetric({
  name: "scrim_test_state",
  kind: "gauge",
  unit: "1",
  description: "What the running step says of itself.",
  labels: [],
});

const Named = z.strictObject({
  name: z.string().default("one"),
  file: z.string().optional(),
  fails: z.enum(["create", "start"]).optional(),
});

interface World {
  readonly components: readonly Component[];
  /** `make processors.step two`, `start …`, `stop …`, `commit …`. */
  readonly events: string[];
  /** What the exporter was given: the names of the steps that the batch came by. */
  readonly exported: string[][];
  /** How long a step takes. */
  pause: () => Promise<unknown>;
  consumer: Consumer;
  keeper: Keeper | undefined;
  authenticator: Authenticator | undefined;
}

/** Components that note what happens to them. `step` is made anew, `stays` is reloaded in place. */
function world(): World {
  const events: string[] = [];
  const exported: string[][] = [];
  const ways = new WeakMap<Batch, string[]>();
  const made: Omit<World, "components"> = {
    events,
    exported,
    pause: () => setImmediate(),
    consumer: async () => ({ status: "failed", retryable: false, reason: "destination", retry_after_ms: 0 }),
    keeper: undefined,
    authenticator: undefined,
  };
  function note(
    path: string,
    { name, fails, file }: z.output<typeof Named>,
    dependsOn: (file: string) => void,
  ) {
    if (file !== undefined) dependsOn(file);
    if (fails === "create") throw new Error("not today");
    events.push(`make ${path} ${name}`);
    return {
      start() {
        if (fails === "start") throw new OperatingError("LISTEN_FAILED", "not today", { path });
        events.push(`start ${path} ${name}`);
      },
      shutdown: () => void events.push(`stop ${path} ${name}`),
    };
  }
  const passedBy = (batch: Batch, name: string): Batch => {
    const next = { ...batch };
    ways.set(next, [...(ways.get(batch) ?? []), name]);
    return next;
  };
  const step = (type: string) =>
    defineProcessor({
      type,
      description: "A step that notes who came by.",
      configSchema: Named,
      capabilities: { adds_text: false },
      create: (config, { path, metrics, dependsOn, keeperOf }) => {
        const lifeCycle = note(path, config, dependsOn);
        metrics.observe(STATE, {}, () => config.name.length);
        if (type === "keeps") made.keeper = keeperOf("logs");
        return {
          ...lifeCycle,
          async process(batch) {
            await made.pause();
            return passedBy(batch, config.name);
          },
        };
      },
    });
  const components: Component[] = [
    defineReceiver({
      type: "in",
      description: "A receiver that asks who its clients are where it is told to.",
      configSchema: Named.extend({ auth: z.string().optional() }),
      create(config, { path, dependsOn, consumerOf, authenticator }) {
        const consumer = consumerOf("logs");
        if (config.auth !== undefined) made.authenticator = authenticator(config.auth, `${path}.auth`);
        const lifeCycle = note(path, config, dependsOn);
        return {
          ...lifeCycle,
          start() {
            lifeCycle.start();
            if (consumer !== undefined) made.consumer = consumer;
          },
          reload: async (next) => (next.auth === config.auth ? () => {} : undefined),
        };
      },
    }),
    step("policy"),
    step("step"),
    step("keeps"),
    defineProcessor({
      type: "stays",
      description: "A step that takes another configuration while it runs.",
      configSchema: Named,
      capabilities: { adds_text: false },
      create(config, { path, dependsOn }) {
        let { name } = config;
        return {
          ...note(path, config, dependsOn),
          process: (batch) => passedBy(batch, name),
          async reload(next) {
            if (next.fails === "create") throw new OperatingError("CONFIG_INVALID", "not today", { path });
            if (next.name === "anew") return undefined;
            return () => {
              events.push(`commit ${path} ${next.name}`);
              name = next.name;
            };
          },
        };
      },
    }),
    defineExporter({
      type: "out",
      description: "An exporter that notes what it was given.",
      configSchema: Named,
      create: (config, { path, dependsOn }) => ({
        ...note(path, config, dependsOn),
        export(batch) {
          exported.push([...(ways.get(batch) ?? []), config.name]);
          return { status: "delivered", rejected: 0 };
        },
      }),
    }),
    defineExtension({
      type: "guard",
      description: "Tells who clients are.",
      configSchema: Named,
      create: (config, { path, dependsOn }) => ({
        ...note(path, config, dependsOn),
        authenticator: {
          authenticate: () => ({
            status: "known",
            identity: { name: config.name, tenant: undefined, is_trusted: false },
          }),
        },
      }),
    }),
  ];
  return Object.assign(made, { components });
}

type Sections = Partial<Record<"receivers" | "processors" | "exporters" | "extensions", object>>;

/** Starts a service with one pipeline of logs, through the processors in their order. */
async function start(sections: Sections, service: object = {}) {
  const here = world();
  const plan = (next: Sections, nextService: object = service) =>
    planGraph(
      parseConfig(
        {
          receivers: { in: null },
          exporters: { out: null },
          ...next,
          processors: { policy: null, ...next.processors },
          service: {
            extensions: Object.keys(next.extensions ?? {}),
            pipelines: {
              logs: {
                receivers: ["in"],
                processors: [...Object.keys(next.processors ?? {}), "policy"],
                exporters: ["out"],
                ack: "delivered",
              },
            },
            ...nextService,
          },
        },
        {},
      ),
      componentTable(here.components),
    );
  const metrics = new MetricRegistry();
  const built = await buildService(plan(sections), {
    baseDir: ".",
    log: { info: () => {}, warn: () => {} },
    metrics,
    print: () => {},
  });
  await built.start();
  here.events.splice(0);
  return {
    here,
    metrics,
    service: built,
    reload: (next: Sections, nextService?: object) => built.reload(plan(next, nextService)),
    send: () => here.consumer(createBatch("logs", ONE_RECORD, { address: undefined }), "test"),
  };
}

/** resource_logs { scope_logs { log_records {} } } */
const ONE_RECORD = Buffer.from([0x0a, 0x04, 0x12, 0x02, 0x12, 0x00]);

test("what nothing changed for stays; what changed is made anew, and the old one goes after its last batch", async () => {
  const { here, service, reload, send } = await start({ processors: { step: { name: "one" } } });
  await reload({ processors: { step: { name: "two" } } });
  await setImmediate();
  expect(here.events.splice(0)).toEqual([
    "make processors.step two",
    "start processors.step two",
    "stop processors.step one",
  ]);
  expect(await send()).toMatchObject({ status: "delivered" });
  expect(here.exported).toEqual([["two", "one", "one"]]);
  await reload({ processors: { step: { name: "two" } } });
  expect(here.events).toEqual([]);
  await service.shutdown();
  expect(here.events).toEqual([
    "stop receivers.in one",
    "stop processors.policy one",
    "stop processors.step two",
    "stop exporters.out one",
  ]);
});

test("126: a batch on its way keeps the graph that it began with, and its components stay open until then", async () => {
  const before = { processors: { step: { name: "a1" }, "step/2": { name: "b1" } } };
  const after = {
    processors: { step: { name: "a2" }, "step/2": { name: "b2" } },
    exporters: { out: { name: "out2" } },
  };
  const { here, reload, send } = await start(before);
  let go = () => {};
  here.pause = () => new Promise<void>((resolve) => (go = resolve));
  const onItsWay = send();
  await reload(after);
  here.pause = () => setImmediate();
  const later = send();
  expect(await later).toMatchObject({ status: "delivered" });
  expect(here.events.filter((event) => event.startsWith("stop"))).toEqual([]);
  go();
  expect(await onItsWay).toMatchObject({ status: "delivered" });
  expect(here.exported).toEqual([
    ["a2", "b2", "one", "out2"],
    ["a1", "b1", "one", "one"],
  ]);
  await setTimeout(1);
  expect(here.events.filter((event) => event.startsWith("stop"))).toEqual([
    "stop processors.step/2 b1",
    "stop processors.step a1",
    "stop exporters.out one",
  ]);
});

const REFUSED: readonly [name: string, next: Sections, code: string, path: string][] = [
  [
    "can't be made",
    { processors: { step: { name: "two", fails: "create" } }, exporters: { out: { name: "new" } } },
    "CONFIG_INVALID",
    "processors.step",
  ],
  [
    "can't be started",
    { processors: { step: { name: "two", fails: "start" } }, exporters: { out: { name: "new" } } },
    "LISTEN_FAILED",
    "processors.step",
  ],
  [
    "can't take it over in place",
    { processors: { step: { name: "two" }, stays: { fails: "create" } } },
    "CONFIG_INVALID",
    "processors.stays",
  ],
  [
    "can't be made behind one that could have taken it over",
    { processors: { stays: { name: "two" }, step: { fails: "create" } } },
    "CONFIG_INVALID",
    "processors.step",
  ],
  [
    "asks for an authenticator that has gone",
    { processors: { step: {} }, receivers: { in: { auth: "guard" } } },
    "CONFIG_INVALID",
    "receivers.in.auth",
  ],
];

test.each(REFUSED)("126: where one component %s, everything stays as it was", async (_, next, code, path) => {
  const { here, metrics, reload, send } = await start({ processors: { stays: {}, step: {} } });
  await expect(reload(next)).rejects.toMatchObject({ code, path });
  const made = here.events.filter((event) => event.startsWith("make")).map((event) => event.slice(5));
  const stopped = here.events.filter((event) => event.startsWith("stop")).map((event) => event.slice(5));
  expect(stopped.sort()).toEqual(made.sort());
  expect(here.events.filter((event) => event.startsWith("commit"))).toEqual([]);
  expect(metrics.value(STATE, {})).toBe("one".length);
  await send();
  expect(here.exported).toEqual([["one", "one", "one", "one"]]);
});

test("what can take another configuration does so at the same moment as all else", async () => {
  const { here, reload, send } = await start({ processors: { stays: {}, step: {} } });
  await reload({ processors: { stays: { name: "two" }, step: { name: "two" } } });
  await send();
  expect(here.events.slice(0, 3)).toEqual([
    "make processors.step two",
    "start processors.step two",
    "commit processors.stays two",
  ]);
  expect(here.exported).toEqual([["two", "two", "one", "one"]]);
  here.events.splice(0);
  await reload({ processors: { stays: { name: "anew" }, step: { name: "two" } } });
  await setImmediate();
  expect(here.events).toEqual([
    "make processors.stays anew",
    "start processors.stays anew",
    "stop processors.stays one",
  ]);
});

test("a component is made anew where a file it is made from holds something else", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "scrim-reload-")), "key");
  writeFileSync(file, "one");
  const sections = { processors: { step: { name: "x", file } } };
  const { here, reload } = await start(sections);
  await reload(sections);
  expect(here.events).toEqual([]);
  writeFileSync(file, "two");
  await reload(sections);
  await setImmediate();
  expect(here.events).toEqual([
    "make processors.step x",
    "start processors.step x",
    "stop processors.step x",
  ]);
});

test("a receiver that stays asks the authenticator that is in force", async () => {
  const receivers = { in: { auth: "guard" } };
  const { here, reload } = await start({ receivers, extensions: { guard: { name: "old" } } });
  const whoIs = async () =>
    await here.authenticator?.authenticate({ authorization: [], certificate: undefined, address: undefined });
  expect(await whoIs()).toMatchObject({ identity: { name: "old" } });
  await reload({ receivers, extensions: { guard: { name: "new" } } });
  expect(await whoIs()).toMatchObject({ identity: { name: "new" } });
  expect(here.events.some((event) => event.includes("receivers.in"))).toBe(false);
  await expect(reload({ receivers })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    path: "receivers.in.auth",
  });
  expect(await whoIs()).toMatchObject({ identity: { name: "new" } });
});

test("a processor that stays lets go of what it kept into the pipeline that is in force", async () => {
  const { here, reload } = await start({ processors: { keeps: {}, step: {} } });
  await reload({ processors: { keeps: {}, step: { name: "two" } } });
  expect(here.events.some((event) => event.includes("processors.keeps"))).toBe(false);
  await here.keeper!.release(createBatch("logs", ONE_RECORD, { address: undefined }));
  expect(here.exported).toEqual([["two", "one", "one"]]);
});

const TRACES = { receivers: ["in"], processors: ["policy"], exporters: ["out"], ack: "delivered" };

test("a receiver that stays, but has no pipeline for a signal any more, tells clients to come again", async () => {
  const { reload, send } = await start({});
  await reload({}, { pipelines: { traces: TRACES } });
  expect(await send()).toMatchObject({ status: "failed", retryable: true });
});

test("a receiver that has gone sends what it still has along the way that it was made for", async () => {
  const { here, reload } = await start({});
  const former = here.consumer;
  const logs = { ...TRACES, receivers: ["in/2"] };
  await reload({ receivers: { "in/2": null }, exporters: { out: { name: "two" } } }, { pipelines: { logs } });
  await former(createBatch("logs", ONE_RECORD, { address: undefined }), "test");
  expect(here.exported).toEqual([["one", "one"]]);
});

test("126: however reloads and batches interleave, each batch goes one way and arrives, and the last configuration is in force", async () => {
  const moves = fc.array(
    fc.oneof(fc.constant("send"), fc.constant("good"), fc.constant("bad"), fc.constant("wait")),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  await fc.assert(
    fc.asyncProperty(moves, async (script) => {
      const named = (name: string) => ({
        processors: { step: { name }, "step/2": { name } },
        exporters: { out: { name } },
      });
      const { here, service, reload, send } = await start(named("g0"));
      let generation = 0;
      const sent: Promise<unknown>[] = [];
      for (const move of script) {
        if (move === "send") sent.push(send());
        else if (move === "good") await reload(named(`g${++generation}`));
        else if (move === "wait") await setImmediate();
        else
          await reload({ ...named("bad"), exporters: { out: { fails: "start" } } }).catch(
            (error: OperatingError) => expect(error.code).toBe("LISTEN_FAILED"),
          );
      }
      const outcomes = await Promise.all(sent);
      expect(outcomes.every((outcome) => (outcome as { status: string }).status === "delivered")).toBe(true);
      expect(here.exported.length).toBe(sent.length);
      for (const [first, second, , last] of here.exported) expect([second, last]).toEqual([first, first]);
      await send();
      expect(here.exported.at(-1)?.[0]).toBe(`g${generation}`);
      await service.shutdown();
      const count = (word: string) => here.events.filter((event) => event.startsWith(`${word} `)).length;
      // Those that were made before the events were looked at: receiver, two steps, policy, exporter.
      expect(count("stop")).toBe(count("make") + 5);
    }),
    { numRuns: 150 },
  );
});
