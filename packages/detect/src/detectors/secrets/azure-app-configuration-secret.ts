import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const azureAppConfigurationSecret = vendorToken({
  id: "azure_app_configuration_secret",
  vendor: "azure",
  finds: "Secrets in connection strings of Azure App Configuration.",
  source: "Azure App Configuration documentation, access keys",
  atoms: [String.raw`\.azconfig\.io;Id=`],
  pattern: String.raw`\.azconfig\.io;Id=[^\s;]{4,80};Secret=[A-Za-z0-9+/]{43,100}=*`,
  narrow: (match) => [match.indexOf(";Id=") + ";Id=".length, match.length],
  examples: {
    match: [
      madeUp(
        "Endpoint=https://shop.az",
        "config.io;Id=k3-l9-s0:",
        "kn1Gnt11CuZyzaA3U2OL",
        ";Secret=",
        "zu6UQBGSyLvVSskUVINx+ZmQ",
        "F9oGxLUczZ8XbFzUxtP",
        "=",
      ),
    ],
    ignore: ["https://shop.azconfig.io;Id=k3-l9-s0:abc;Secret="],
  },
});
