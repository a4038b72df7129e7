import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const resendKey = vendorToken({
  id: "resend_key",
  vendor: "resend",
  finds: "API keys of Resend.",
  source: "Resend documentation, API keys",
  atoms: ["re_[A-Za-z0-9]{8}_[A-Za-z0-9]{2}"],
  pattern: "re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}",
  examples: {
    match: [madeUp("re_", "Tq5QIKDO", "_", "dxV0ttr9syzTZUhuTDxmUFSD")],
    ignore: ["re_compiled_patterns_cache", madeUp("re_", "x".repeat(33))],
  },
});
