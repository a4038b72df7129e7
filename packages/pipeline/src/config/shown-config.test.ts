import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { defineExporter, defineProcessor, defineReceiver } from "../component.ts";
import { componentTable } from "../graph/component-table.ts";
import { duration } from "./duration.ts";
import { HIDDEN, showConfig } from "./shown-config.ts";

const never = () => {
  throw new Error("nothing is made");
};

/** An exporter as ours are, and one whose author said nothing about secrets. */
const table = componentTable([
  defineReceiver({ type: "in", description: "A receiver.", configSchema: z.strictObject({}), create: never }),
  defineProcessor({
    type: "policy",
    description: "A processor.",
    configSchema: z.strictObject({}),
    capabilities: { adds_text: false },
    create: never,
  }),
  defineExporter({
    type: "out",
    description: "An exporter.",
    configSchema: z.strictObject({
      endpoint: z.string().optional(),
      timeout: duration({ min: "1ms", max: "1m" }).prefault("5s"),
      extra: z.record(z.string(), z.string()).default({}).meta({ isSecret: true }),
      nested: z.strictObject({ pin: z.int().default(7).meta({ isSecret: true }) }).prefault({}),
      list: z.array(z.string().meta({ isSecret: true })).default([]),
      either: z.union([z.string(), z.int()]).optional().meta({ isSecret: true }),
    }),
    create: never,
  }),
  defineExporter({
    type: "plugin",
    description: "An exporter.",
    configSchema: z.looseObject({}),
    create: never,
  }),
]);

const reference = (inside: string) => `\${${inside}}`;

function show(exporters: object, environment: Record<string, string> = {}): string {
  const config = {
    receivers: { in: null },
    processors: { policy: null },
    exporters,
    service: {
      extensions: [],
      pipelines: { logs: { receivers: ["in"], processors: ["policy"], exporters: Object.keys(exporters) } },
    },
  };
  return showConfig(config, table, { environment });
}

test("all defaults are there, as they would be written", () => {
  const shown = parse(show({ out: { endpoint: "http://here:1" } }));
  expect(shown.exporters.out).toEqual({
    endpoint: "http://here:1",
    timeout: "5s",
    extra: {},
    nested: { pin: HIDDEN },
    list: [],
  });
  expect(shown.receivers).toEqual({ in: {} });
  expect(shown.service).toMatchObject({ drain_timeout: "25s", telemetry: { metrics: { level: "normal" } } });
});

test("127: what a schema calls a secret is hidden, and its keys stay", () => {
  const out = {
    extra: { a: "canary", b: "canary" },
    nested: { pin: 1234567 },
    list: ["canary"],
    either: "canary",
  };
  const text = show({ out });
  expect(text).not.toMatch(/canary|1234567/);
  expect(parse(text).exporters.out.extra).toEqual({ a: HIDDEN, b: HIDDEN });
});

const CANARY = "canary-7f3a";

test("127: whatever a plug-in calls its secrets, from wherever they come, they are hidden", () => {
  const name = fc.constantFrom(
    "password",
    "db_password",
    "token",
    "auth-token",
    "tokens",
    "secret",
    "client_secret",
    "apiKey",
    "api_key",
    "Authorization",
    "headers",
    "credentials",
    "private_key",
    "cookie",
    "passphrase",
  );
  const secret = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constant(CANARY),
      fc.constant(`Bearer ${CANARY}`),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.string({ maxLength: 5 }), tie("value"), { maxKeys: 3 }),
    ),
  })).value;
  const placed = fc.oneof(
    fc.tuple(name, secret).map(([key, value]) => ({ [key]: value })),
    fc.constantFrom(
      { anything: reference("env:SECRET") },
      { anything: [`a ${reference("env:SECRET")} b`] },
      { anything: { deep: { er: reference("env:SECRET:-x") } } },
      { url: `https://user:${CANARY}@host/` },
      { url: `amqp://${CANARY}@host/` },
      { url: `https://user:p@${CANARY}@host/` },
      { url: `https://host/v1?key=a&other=${CANARY}#x` },
      { note: `see https://host#${CANARY} there` },
    ),
  );
  fc.assert(
    fc.property(placed, fc.array(fc.string({ maxLength: 6 }), { maxLength: 4 }), (inner, path) => {
      const config = path.reduceRight<object>((below, key) => ({ [key]: below }), inner);
      const text = show({ plugin: config }, { SECRET: CANARY });
      expect(text).not.toContain(CANARY);
    }),
    { numRuns: 500 },
  );
});

test("a text that would move the terminal's cursor is escaped", () => {
  expect(show({ plugin: { name: "a\u001b[2Jb\u0007" } })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
});

test("a default that stands in the configuration is shown", () => {
  expect(show({ plugin: { a: reference("env:NOT_SET:-here") } })).toContain("a: here");
});
