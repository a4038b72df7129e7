/** Loggers as they come, at info. Somebody was allowed to look into one of the two traces. */
import { context, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import bunyan from "bunyan";
import pino from "pino";
import winston from "winston";

const pinoLog = pino();
const winstonLog = winston.createLogger({ transports: [new winston.transports.Console()] });
const bunyanLog = bunyan.createLogger({ name: "shop" });

function request(customer: string): void {
  pinoLog.debug(`pino asks for ${customer}`);
  pinoLog.info("pino is done");
  winstonLog.debug(`winston asks for ${customer}`);
  winstonLog.info("winston is done");
  bunyanLog.debug(`bunyan asks for ${customer}`);
  bunyanLog.info("bunyan is done");
  console.debug(`console asks for ${customer}`);
  console.info("console is done");
}

for (const traceId of ["0af7651916cd43dd8448eb211c80319c", "4bf92f3577b34da6a3ce929d0e0e4736"]) {
  const spanContext = { traceId, spanId: "b7ad6b7169203331", traceFlags: 1 };
  context.with(
    trace.setSpanContext(ROOT_CONTEXT, spanContext),
    request,
    undefined,
    "jane.doe@customers.example",
  );
}
