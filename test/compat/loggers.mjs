/**
 * What an application says to its loggers: canaries in every place that each has for text. Each function makes a new logger, so
 * that it asks for the provider that is registered when it is called.
 */
import { createRequire } from "node:module";
import { Writable } from "node:stream";
import { BunyanInstrumentation } from "@opentelemetry/instrumentation-bunyan";
import { ConsoleInstrumentation } from "@opentelemetry/instrumentation-console";
import { PinoInstrumentation } from "@opentelemetry/instrumentation-pino";
import { WinstonInstrumentation } from "@opentelemetry/instrumentation-winston";
import { thrown } from "./sdk-surface.ts";

const instrumentations = [
  new BunyanInstrumentation(),
  new PinoInstrumentation(),
  new WinstonInstrumentation(),
];
assertEnabled(instrumentations);

// Behind the instrumentations, which patch what is required from here on.
const require = createRequire(import.meta.url);
const bunyan = require("bunyan");
const pino = require("pino");
const winston = require("winston");

function assertEnabled(all) {
  for (const each of all)
    if (!each.isEnabled()) throw new Error(`${each.instrumentationName} is not enabled`);
}

/** What a logger prints itself is no part of the pipeline. */
const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Fields as applications log them. */
function fields(planter) {
  return planter.keep({
    user: { name: "jane", mail: planter.at("nested field"), tags: ["a", planter.at("array in a field")] },
    req: { headers: { "x-note": planter.at("header") } },
    json: JSON.stringify({ inner: { note: planter.at("JSON") } }),
    [`key ${planter.at("key")}`]: 1,
  });
}

function viaPino(planter) {
  const log = pino(
    { level: "trace", name: planter.at("name"), mixin: () => ({ mixed: planter.at("mixin") }) },
    nowhere(),
  );
  log.info(fields(planter), planter.at("message"));
  log.warn(
    "of %s with %j and %o",
    planter.at("%s"),
    { note: planter.at("%j") },
    planter.keep({ note: planter.at("%o") }),
  );
  log.child({ bound: { note: planter.at("child") } }).debug("bound");
  log.error(thrown(planter, "error"));
  log.fatal(
    { err: thrown(planter, "err"), failure: planter.keep({ at: planter.at("object beside err") }) },
    "failed",
  );
}

function viaWinston(planter) {
  const { combine, errors, json, splat } = winston.format;
  const log = winston.createLogger({
    level: "silly",
    defaultMeta: { service: planter.at("default meta") },
    format: combine(errors({ stack: true, cause: true }), splat(), json()),
    transports: [new winston.transports.Stream({ stream: nowhere() })],
  });
  log.info(planter.at("message"), fields(planter));
  log.warn(
    "of %s with %j",
    planter.at("%s"),
    { note: planter.at("%j") },
    planter.keep({ note: planter.at("meta") }),
  );
  log.child({ bound: { note: planter.at("child") } }).silly("bound");
  log.error(thrown(planter, "error"));
  log.error("failed", { err: thrown(planter, "err") });
  log.error("failed", { failure: thrown(planter, "error in meta") });
  log.error("failed", thrown(planter, "error as meta"));
}

function viaBunyan(planter) {
  const log = bunyan.createLogger({
    name: planter.at("name"),
    serializers: { err: bunyan.stdSerializers.err },
    streams: [{ level: "trace", stream: nowhere() }],
  });
  log.info(fields(planter), planter.at("message"));
  log.warn("of %s with %j", planter.at("%s"), { note: planter.at("%j") });
  log.child({ bound: { note: planter.at("child") } }).trace("bound");
  log.error(thrown(planter, "error"));
  const caused = thrown(planter, "err");
  caused.cause = () => thrown(planter, "cause of VError");
  log.fatal({ err: caused, failure: planter.keep({ at: planter.at("object beside err") }) }, "failed");
}

function viaConsole(planter) {
  const { stdout, stderr } = process;
  const writes = [stdout.write, stderr.write];
  const instrumentation = new ConsoleInstrumentation();
  stdout.write = stderr.write = () => true;
  try {
    console.info(planter.at("message"), fields(planter));
    console.warn(
      "of %s with %j and %o",
      planter.at("%s"),
      { note: planter.at("%j") },
      { note: planter.at("%o") },
    );
    console.log([planter.at("array"), [planter.at("nested array")]], new Map([["note", planter.at("map")]]));
    console.debug(planter.at("debug"));
    console.dir({ note: planter.at("dir") });
    console.table([{ note: planter.at("table") }]);
    console.error("failed", thrown(planter, "error"));
    console.error({ failure: thrown(planter, "error in an object") });
  } finally {
    instrumentation.disable();
    [stdout.write, stderr.write] = writes;
  }
}

export const LOGGERS = { pino: viaPino, winston: viaWinston, bunyan: viaBunyan, console: viaConsole };
