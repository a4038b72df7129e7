import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const typeformToken = vendorToken({
  id: "typeform_token",
  vendor: "typeform",
  finds: "Personal access tokens of Typeform.",
  source: "Typeform developer documentation, personal access token",
  atoms: ["tfp_"],
  pattern: "tfp_[A-Za-z0-9_.-]{40,64}",
  examples: {
    match: [madeUp("tfp_", "84FTd3NsAEF5FLXAbagdS6sW", "hXtKGghfHXS3iNO4YW2V", "_", "mnjkRSwFn9tX1H")],
    ignore: [madeUp("tfp_", "XqipUIVr2HVK"), madeUp("tfp_", "x".repeat(44))],
  },
});
