import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const pulumiToken = vendorToken({
  id: "pulumi_token",
  vendor: "pulumi",
  finds: "Access tokens of Pulumi Cloud.",
  source: "Pulumi documentation, access tokens",
  atoms: ["pul-[0-9a-f]{2}"],
  pattern: "pul-[0-9a-f]{40}",
  examples: {
    match: [madeUp("pul-", "640d0032634f087e51b429fe", "8110102c995f1abe")],
    ignore: [madeUp("pul-f543b5"), madeUp("pul-", "x".repeat(40))],
  },
});
