import { OperatingError } from "@scrim/errors";
import { expect, test } from "vitest";
import { z } from "zod";
import { testComponents } from "../../testing/components.ts";
import { type Component, defineProcessor } from "../component.ts";
import { parseConfig } from "../config/config.ts";
import { componentTable } from "./component-table.ts";
import { type GraphPlan, planGraph } from "./plan-graph.ts";

interface Frame {
  readonly processors?: Readonly<Record<string, unknown>>;
  readonly chain?: readonly string[];
  readonly service?: object;
  readonly exporters?: Readonly<Record<string, unknown>>;
  readonly ack?: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

function plan(frame: Frame): GraphPlan {
  const config = {
    receivers: { in: null },
    processors: frame.processors ?? { policy: null, step: null, enrich: null },
    exporters: frame.exporters ?? { out: null },
    extensions: frame.extensions ?? {},
    service: {
      pipelines: {
        logs: {
          receivers: ["in"],
          processors: frame.chain ?? ["policy"],
          exporters: ["out"],
          ack: frame.ack,
        },
      },
      ...frame.service,
    },
  };
  return planGraph(parseConfig(config, {}), componentTable(testComponents().components));
}

function errorOf(frame: Frame): OperatingError {
  try {
    plan(frame);
  } catch (error) {
    if (error instanceof OperatingError) return error;
    throw error;
  }
  throw new Error("the plan was accepted");
}

const SAFE: readonly (readonly string[])[] = [
  ["policy"],
  ["enrich", "policy"],
  ["policy", "step"],
  ["policy", "enrich", "policy/2", "step"],
];
test.each(SAFE.map((chain) => ({ chain })))("processors $chain redact", ({ chain }) => {
  const processors = { policy: null, "policy/2": null, step: null, enrich: null };
  expect(plan({ processors, chain }).pipelines[0]?.unredacted).toBe(false);
});

const UNSAFE: readonly [chain: readonly string[], path: string, hint: string][] = [
  [[], "service.pipelines.logs.processors", "processors: [policy]"],
  [["step"], "service.pipelines.logs.processors", "processors: [step, policy]"],
  [["policy", "enrich"], "service.pipelines.logs.processors.1", 'put "enrich" before "policy"'],
  [["policy", "step", "enrich"], "service.pipelines.logs.processors.2", 'put "enrich" before "policy"'],
];
test.each(UNSAFE)("processors %j do not start", (chain, path, hint) => {
  const error = errorOf({ chain });
  expect([error.code, error.path]).toEqual(["CONFIG_UNREDACTED", path]);
  expect(error.hint).toContain(hint);
});

test.each(UNSAFE)("processors %j start if that is allowed by name, and are marked", (chain) => {
  const service = { allow_unredacted: true };
  expect(plan({ chain, service, ack: "delivered" }).pipelines[0]?.unredacted).toBe(true);
  expect(plan({ chain, service, ack: "memory" }).pipelines[0]?.unredacted).toBe(true);
});

test.each(UNSAFE)("what leaves processors %j is never put onto the disk, whatever is allowed", (chain) => {
  const error = errorOf({ chain, service: { allow_unredacted: true }, ack: "durable" });
  expect([error.code, error.path]).toEqual(["CONFIG_UNREDACTED", "service.pipelines.logs.ack"]);
  expect(errorOf({ chain, service: { allow_unredacted: true } }).path).toBe("service.pipelines.logs.ack");
});

test("one unredacted pipeline among several is enough", () => {
  const good = { receivers: ["in"], processors: ["policy"], exporters: ["out"] };
  const pipelines = { logs: good, "traces/raw": { ...good, processors: ["step"] } };
  expect(errorOf({ service: { pipelines } }).path).toBe("service.pipelines.traces/raw.processors");
});

test("a processor that does not say whether it adds text may not stand behind policy", () => {
  const silent = {
    ...testComponents().components.find(({ type }) => type === "step")!,
    type: "silent",
    capabilities: {},
  };
  const config = {
    receivers: { in: null },
    processors: { policy: null, silent: null },
    exporters: { out: null },
    service: {
      pipelines: { logs: { receivers: ["in"], processors: ["policy", "silent"], exporters: ["out"] } },
    },
  };
  const table = componentTable([...testComponents().components, silent as unknown as Component]);
  expect(() => planGraph(parseConfig(config, {}), table)).toThrow(
    expect.objectContaining({ code: "CONFIG_UNREDACTED", path: "service.pipelines.logs.processors.1" }),
  );
});

test("nobody can take the place of policy", () => {
  const impostor = defineProcessor({
    type: "policy",
    description: "Redacts nothing.",
    configSchema: z.strictObject({}),
    capabilities: { adds_text: true },
    create: () => ({ process: (batch) => batch }),
  });
  expect(() => componentTable([...testComponents().components, impostor])).toThrow(OperatingError);
});

const REFUSED: readonly [name: string, frame: Frame, path: string, hint: RegExp][] = [
  [
    "a processor of the Collector's that something else stands for",
    { processors: { policy: null, batch: null } },
    "processors.batch",
    /sending_queue\.batch/,
  ],
  ["an unknown type", { exporters: { ot: null } }, "exporters.ot", /did you mean "out"/],
  [
    "an undefined processor",
    { chain: ["polcy"] },
    "service.pipelines.logs.processors.0",
    /did you mean "policy"/,
  ],
  ["the same processor twice", { chain: ["policy", "policy"] }, "service.pipelines.logs.processors.1", /./],
  [
    "an undefined extension",
    { service: { extensions: ["pprof"] } },
    "service.extensions.0",
    /health_check|none/,
  ],
  ["an unknown key of a component", { exporters: { out: { x: 1 } } }, "exporters.out", /Keys here are: none/],
  ["no pipeline", { service: { pipelines: {} } }, "service.pipelines", /add one/],
];
test.each(REFUSED)("%s is refused", (_, frame, path, hint) => {
  const error = errorOf(frame);
  expect([error.code, error.path]).toEqual(["CONFIG_INVALID", path]);
  expect(error.hint ?? "-").toMatch(hint);
});

test("what nothing uses is warned about", () => {
  const { warnings } = plan({ exporters: { out: null, "out/spare": null } });
  expect(warnings).toEqual([
    "processors.step is configured, but nothing uses it",
    "processors.enrich is configured, but nothing uses it",
    "exporters.out/spare is configured, but nothing uses it",
  ]);
});

test("health_check is there without being named, unless extensions are chosen", () => {
  expect(plan({}).extensions.map(({ id }) => id)).toEqual(["health_check"]);
  expect(plan({ service: { extensions: [] } }).extensions).toEqual([]);
});
