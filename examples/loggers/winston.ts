import winston from "winston";
import { card, customer, failure, request } from "./orders.ts";

const log = winston.createLogger({
  format: winston.format.combine(winston.format.splat(), winston.format.json()),
  transports: [new winston.transports.Console()],
});

log.info("signed in", { user: customer, req: request });
log.warn("card %s of %s declined", card, customer.email, { retries: 2 });
log.child({ session: { user: customer.email } }).info("cart has %d items", 3);
log.error("payment failed", { error: failure() });
