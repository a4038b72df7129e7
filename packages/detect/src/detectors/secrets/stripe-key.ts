import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const stripeKey = vendorToken({
  id: "stripe_key",
  vendor: "stripe",
  finds: "Secret and restricted API keys and webhook secrets of Stripe, of test mode too.",
  source: "Stripe documentation, API keys",
  atoms: ["[rs]k_(?:live|test|prod)_", "whsec_"],
  pattern: "[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10,247}|whsec_[A-Za-z0-9+/]{24,}=*",
  examples: {
    match: [
      madeUp("sk_live_", "mK7pQ2xV9rT4wZ8bN3cF6hJ1"),
      madeUp("rk_test_", "mK7pQ2xV9rT4wZ8bN3cF6hJ1", "dG5sL0"),
      madeUp("whsec_", "mK7pQ2xV9rT4wZ8bN3cF6hJ1", "dG5sL0yA"),
    ],
    ignore: [madeUp("pk_live_", "mK7pQ2xV9rT4wZ8bN3cF6hJ1"), madeUp("sk_test_", "short")],
  },
});
