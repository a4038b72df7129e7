/** An application that knows nothing of redaction: it logs, traces and counts through the OpenTelemetry api, with a canary everywhere. */
import { logs, metrics, SpanStatusCode, trace } from "@opentelemetry/api";

const SECRET = process.env.CANARY;

const logger = logs.getLogger(`scope of ${SECRET}`);
logger.emit({
  body: `mail to ${SECRET}`,
  severityNumber: 9,
  attributes: { "user.email": SECRET, kept: "yes" },
});

trace.getTracer("shop").startActiveSpan(`pay for ${SECRET}`, { attributes: { note: SECRET } }, (span) => {
  span.addEvent("sent", { to: SECRET });
  span.recordException(new Error(`no mail for ${SECRET}`));
  span.setStatus({ code: SpanStatusCode.ERROR, message: SECRET });
  span.end();
});

const orders = metrics.getMeter("shop").createCounter("orders", { description: `orders of ${SECRET}` });
orders.add(1, { "user.email": SECRET });
orders.add(2, { "user.email": `other-${SECRET}` });
console.log("app: done");
