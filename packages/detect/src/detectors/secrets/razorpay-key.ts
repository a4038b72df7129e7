import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const razorpayKey = vendorToken({
  id: "razorpay_key",
  vendor: "razorpay",
  finds: "Key ids of Razorpay, of test mode too.",
  source: "Razorpay documentation, API keys",
  atoms: ["rzp_(?:live|test)_"],
  pattern: "rzp_(?:live|test)_[A-Za-z0-9]{14}",
  examples: {
    match: [madeUp("rzp_live_", "Opde0h9M7QKhrH")],
    ignore: ["rzp_test_mode"],
  },
});
