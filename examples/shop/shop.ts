/**
 * A small shop that logs the way applications do, customers' data included, through the OpenTelemetry SDK. It
 * knows nothing of Scrim: where its logs go is said by the environment (OTEL_EXPORTER_OTLP_ENDPOINT).
 *
 * SHOP_EVENTS: how many events before it ends; without it, it goes on until it is stopped.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { SeverityNumber } from "@opentelemetry/api";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";

const PAUSE_MS = 900;

const provider = new LoggerProvider({
  resource: resourceFromAttributes({ "service.name": "shop", "service.version": "1.4.2" }),
  processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(), scheduledDelayMillis: 500 })],
});
const logger = provider.getLogger("shop");

/** What happens in a shop. Names, numbers and keys are made up; their check digits are right. */
const EVENTS: readonly (() => void)[] = [
  () =>
    logger.emit({
      severityNumber: SeverityNumber.INFO,
      body: "signed in",
      attributes: {
        "user.email": "jane.doe@customers.example",
        "client.address": "198.51.100.23",
        "session.count": 3,
      },
    }),
  () =>
    logger.emit({
      severityNumber: SeverityNumber.INFO,
      body: "GET /cart 200 in 12 ms",
      attributes: {
        "http.request.method": "GET",
        "http.route": "/cart",
        "http.response.status_code": 200,
        "server.address": "web-3.internal",
      },
    }),
  () =>
    logger.emit({
      severityNumber: SeverityNumber.WARN,
      body: "card 4111 1111 1111 1111 declined for order 20260822131500, asked jane.doe@customers.example to retry",
      attributes: { "order.id": "1234567890123456" },
    }),
  () =>
    logger.emit({
      severityNumber: SeverityNumber.DEBUG,
      body: '{"event":"payment","amount":42.5,"customer":{"full_name":"Jane Doe","phone":"+49 30 1234567"},"api_key":"made-up-key-123"}',
    }),
  () =>
    logger.emit({
      severityNumber: SeverityNumber.INFO,
      body: "callback received",
      attributes: {
        "url.full":
          "https://bob:hunter2@pay.example/return?order=77&token=abc123&email=jane.doe%40customers.example",
      },
    }),
  () =>
    logger.emit({
      severityNumber: SeverityNumber.ERROR,
      body: "can't reach the stock service",
      attributes: {
        "exception.type": "ConnectionError",
        "exception.message": "connect to postgres://stock:s3cret@db-2.internal:5432/stock timed out",
        "http.request.header.authorization": ["Bearer made.up.token"],
      },
    }),
];

const total = Number(process.env.SHOP_EVENTS ?? Infinity);
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort());

for (let count = 0; count < total && !stop.signal.aborted; count++) {
  EVENTS[count % EVENTS.length]!();
  await sleep(PAUSE_MS, undefined, { signal: stop.signal }).catch(() => undefined);
}
await provider.shutdown();
