import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const mapboxToken = vendorToken({
  id: "mapbox_token",
  vendor: "mapbox",
  finds: "Access tokens of Mapbox.",
  source: "Mapbox documentation, access tokens",
  atoms: [String.raw`[pst]k\.eyJ1`],
  pattern: String.raw`[pst]k\.eyJ1[A-Za-z0-9_\\-]{20,}\.[A-Za-z0-9_-]{20,24}`,
  examples: {
    match: [
      madeUp(
        "sk.eyJ1",
        "E6EBnuHDKsSqRT6v5F3N9cmy",
        "Rj7AzDuSOTF87qjenm34JYsi",
        "dYyzd1M89ORR",
        ".",
        "fRnyFcMb4v7s_DtzaUs-zU",
      ),
    ],
    ignore: [madeUp("sk.eyJ1", "hwJb6LegNy8MpuPWkz5G")],
  },
});
