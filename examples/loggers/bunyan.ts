import bunyan from "bunyan";
import { card, customer, failure, request } from "./orders.ts";

const log = bunyan.createLogger({ name: "shop", serializers: { err: bunyan.stdSerializers.err } });

log.info({ user: customer, req: request }, "signed in");
log.warn("card %s of %s declined, %j", card, customer.email, { retries: 2 });
log.child({ session: { user: customer.email } }).info("cart has %d items", 3);
log.error({ err: failure() }, "payment failed");
