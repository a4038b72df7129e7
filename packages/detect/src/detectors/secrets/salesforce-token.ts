import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const salesforceToken = vendorToken({
  id: "salesforce_token",
  vendor: "salesforce",
  finds: "Access tokens and session ids of Salesforce.",
  source: "Salesforce developer documentation, session ids",
  atoms: ["![A-Za-z0-9._]{8}"],
  pattern: "00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{80,}",
  examples: {
    match: [
      madeUp(
        "00D",
        "73McC4xpkGib",
        "!AQcAQ",
        "N2xToumO8kLpWXGezEpKsTJQ",
        "jzuzGD1k35DMPNFQQ1FQfLQA",
        "T6dOXPy4uaHwO3AHVvGcsfxB",
        "ONWCUwYap7iZOTaEn8",
      ),
    ],
    ignore: [madeUp("00D", "zgvcrblxh1we", "!x")],
  },
});
