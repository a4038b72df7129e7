/** An application that knows nothing of redaction: it logs until it is told to stop. */
import { logs } from "@opentelemetry/api";

const logger = logs.getLogger("pay");
const timer = setInterval(() => {
  logger.emit({ severityNumber: 9, body: "paid", attributes: { "order.note": "as it was written" } });
}, 50);
process.once("SIGTERM", () => clearInterval(timer));
