import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const prefectKey = vendorToken({
  id: "prefect_key",
  vendor: "prefect",
  finds: "API keys of Prefect Cloud.",
  source: "Prefect documentation, manage API keys",
  atoms: ["pnu_[A-Za-z0-9]{2}"],
  pattern: "pnu_[A-Za-z0-9]{36}",
  examples: {
    match: [madeUp("pnu_", "CUYJpSOpisFMdJuLbVrZHC1W", "Hq7Np8hhESfW")],
    ignore: [madeUp("pnu_Bwyf47"), madeUp("pnu_", "x".repeat(36))],
  },
});
