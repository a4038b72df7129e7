/**
 * An application with four loggers as they come, to be run under the register with a grant for one of its traces. What it needs is put into a
 * folder, from which it finds the loggers and their instrumentations.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { protoToJson } from "@scrim/wire";
import { enrolled, TRACE_ID } from "./enrolled.ts";

export const APPROVED = TRACE_ID;
export const OTHER = "4bf92f3577b34da6a3ce929d0e0e4736";

const IMPORTS = `
import { context, propagation, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import bunyan from "bunyan";
import { pino } from "pino";
import winston from "winston";
`;

const REQUIRES = `
const { context, propagation, ROOT_CONTEXT, trace } = require("@opentelemetry/api");
const bunyan = require("bunyan");
const pino = require("pino");
const winston = require("winston");
`;

const PROGRAM = `
const loggers = {
  pino: pino(),
  winston: winston.createLogger({ transports: [new winston.transports.Console()] }),
  bunyan: bunyan.createLogger({ name: "shop" }),
  console,
};
for (const id of ["${APPROVED}", "${OTHER}"]) {
  const parent = propagation.extract(ROOT_CONTEXT, { traceparent: "00-" + id + "-b7ad6b7169203331-00" });
  context.with(parent, () => trace.getTracer("shop").startActiveSpan("request", (span) => {
    for (const [name, log] of Object.entries(loggers)) {
      log.debug(name + " debug of " + id + " for jane@leak.example");
      log.info(name + " info of " + id);
    }
    span.end();
  }));
}
`;

/** Stands for the package that has all instrumentations; this one has those of the loggers. */
const AUTO = `
const { BunyanInstrumentation } = require("@opentelemetry/instrumentation-bunyan");
const { PinoInstrumentation } = require("@opentelemetry/instrumentation-pino");
const { WinstonInstrumentation } = require("@opentelemetry/instrumentation-winston");
exports.getNodeAutoInstrumentations = () => [new BunyanInstrumentation(), new PinoInstrumentation(), new WinstonInstrumentation()];
`;

export interface GatedAppOptions {
  /** An empty one. */
  readonly folder: string;
  /** Where OTLP goes. */
  readonly endpoint: string;
  readonly format: "esm" | "cjs";
  /** The file of the console's instrumentation. */
  readonly consoleInstrumentation: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface GatedAppResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it to its end: by `--import` where it imports, and by `--require` where it requires. */
export async function runGatedApp(options: GatedAppOptions): Promise<GatedAppResult> {
  const { folder, endpoint, format, consoleInstrumentation, env } = options;
  const [flag, file, text] =
    format === "esm" ? ["--import", "app.mjs", IMPORTS] : ["--require", "app.cjs", REQUIRES];
  writeFileSync(join(folder, file), text + PROGRAM);
  install(folder, "auto-instrumentations-node", AUTO);
  install(
    folder,
    "instrumentation-console",
    `module.exports = require(${JSON.stringify(consoleInstrumentation)});`,
  );
  const { bundle, env: grants } = enrolled(folder);
  writeFileSync(join(folder, "bundle"), bundle, { mode: 0o600 });
  const child = spawn(process.execPath, [flag, "@scrim/otel/register", file], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_METRICS_EXPORTER: "none",
      ...grants,
      SCRIM_GRANTS_FILE: join(folder, "bundle"),
      ...env,
    },
  });
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    once(child, "close"),
  ]);
  return { code, stdout: stdout.join(""), stderr: stderr.join("") };
}

function install(folder: string, name: string, text: string): void {
  const place = join(folder, "node_modules/@opentelemetry", name);
  mkdirSync(place, { recursive: true });
  writeFileSync(
    join(place, "package.json"),
    JSON.stringify({ name: `@opentelemetry/${name}`, main: "index.cjs" }),
  );
  writeFileSync(join(place, "index.cjs"), text);
}

/** `severity body`, sorted, of all log records that an OTLP backend has got. */
export function logged(received: readonly { readonly path: string; readonly body: Buffer }[]): string[] {
  return received
    .filter(({ path }) => path === "/v1/logs")
    .flatMap(({ body }) => JSON.parse(protoToJson("logs", body).toString()).resourceLogs)
    .flatMap(({ scopeLogs }) => scopeLogs)
    .flatMap(({ logRecords }) => logRecords)
    .map(({ severityNumber, body }) => `${severityNumber} ${body.stringValue}`)
    .sort();
}

const LOGGERS = ["bunyan", "console", "pino", "winston"];
const infos = LOGGERS.flatMap((name) => [APPROVED, OTHER].map((id) => `9 ${name} info of ${id}`));

/** What is to be logged of the application above: without gates, and with. */
export const EXPECTED = {
  closed: infos.toSorted(),
  open: [
    ...infos,
    ...LOGGERS.map((name) => `5 ${name} debug of ${APPROVED} for [REDACTED:email]`),
  ].toSorted(),
};
