import { card, customer, failure, request } from "./orders.ts";

console.info("signed in", { user: customer, req: request });
console.warn("card %s of %s declined, %j", card, customer.email, { retries: 2 });
console.debug("session of %o has %d items", { user: customer.email }, 3);
console.error("payment failed", failure());
