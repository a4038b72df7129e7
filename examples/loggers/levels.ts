/** Loggers opened to their lowest level, whose own output stays at info. */
import bunyan from "bunyan";
import pino from "pino";
import winston from "winston";

const pinoLog = pino(
  { level: "trace" },
  pino.multistream([{ level: "info", stream: pino.destination({ dest: 1, sync: true }) }]),
);
const winstonLog = winston.createLogger({
  level: "silly",
  transports: [new winston.transports.Console({ level: "info" })],
});
// Opened by the instrumentation's `logSeverity`: see telemetry.ts.
const bunyanLog = bunyan.createLogger({
  name: "shop",
  streams: [{ level: "info", stream: process.stdout }],
});

pinoLog.debug("pino asks for jane.doe@customers.example");
pinoLog.info("pino is done");
winstonLog.debug("winston asks for jane.doe@customers.example");
winstonLog.info("winston is done");
bunyanLog.debug("bunyan asks for jane.doe@customers.example");
bunyanLog.info("bunyan is done");
console.debug("console asks for jane.doe@customers.example"); // has no levels: it prints what is logged
console.info("console is done");
