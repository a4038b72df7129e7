import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const adyenKey = vendorToken({
  id: "adyen_key",
  vendor: "adyen",
  finds: "API keys of Adyen.",
  source: "Adyen documentation, API credentials; form as observed",
  confidence: "likely",
  atoms: ["AQE[a-z]"],
  pattern: "AQE[a-z][A-Za-z0-9+/]{60,}={0,2}-[A-Za-z0-9+/]{30,}={0,2}-[!#-&(-\\[\\]-~]{8,24}",
  examples: {
    match: [
      madeUp(
        "AQEyhmfx",
        "uGHaCb7TbST4D2Rhjd1b7GLA",
        "rVegdWdWZO7bi2G+A4LI1So6",
        "Vbr0fZdU0t3mnUb5KSYoPlX1",
        "94+8j8Z8SVdJtxIzMt",
        "-",
        "2qtyT7AF9tz3mUASuzpcrUzX",
        "kORDp94/juCsp9Oqgxh",
        "=-",
        "BXzYEXz6oiAR5VS0",
      ),
    ],
    ignore: [madeUp("AQEyhmfx", "fK8sYBEMNDvzIJTOODbQ")],
  },
});
