import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const linkedinSecret = vendorToken({
  id: "linkedin_secret",
  vendor: "linkedin",
  finds: "Client secrets of LinkedIn applications.",
  source: "LinkedIn developer documentation, authentication; form as observed",
  confidence: "likely",
  atoms: [String.raw`WPL_AP[01]\.`],
  pattern: String.raw`WPL_AP[01]\.[A-Za-z0-9]{16}\.[A-Za-z0-9+/]{6}==`,
  examples: {
    match: [madeUp("WPL_AP1.", "Uept1YZhwjR1HlCp", ".", "cQ37MJ", "==")],
    ignore: ["WPL_AP1.docs"],
  },
});
