import pino from "pino";
import { card, customer, failure, request } from "./orders.ts";

const log = pino({ name: "shop" });

log.info({ user: customer, req: request }, "signed in");
log.warn("card %s of %s declined, %j", card, customer.email, { retries: 2 });
log.child({ session: { user: customer.email } }).info("cart has %d items", 3);
log.error({ err: failure() }, "payment failed");
