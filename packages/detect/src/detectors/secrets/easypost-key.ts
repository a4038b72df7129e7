import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const easypostKey = vendorToken({
  id: "easypost_key",
  vendor: "easypost",
  finds: "API keys of EasyPost, of test mode too.",
  source: "EasyPost documentation, authentication",
  atoms: ["EZ[AT]K[A-Za-z0-9]{2}"],
  pattern: "EZ[AT]K[A-Za-z0-9]{54}",
  examples: {
    match: [madeUp("EZAK", "XH2bUZaQcOeBrt5LKL5JyWov", "pDchnr5Cycjy4kAcc4BmoVqZ", "g8J3D6")],
    ignore: [madeUp("EZAK", "gz7ysg8A2zXa"), madeUp("EZAK", "x".repeat(54))],
  },
});
