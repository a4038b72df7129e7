import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const thingsboardToken = vendorToken({
  id: "thingsboard_token",
  vendor: "thingsboard",
  finds: "Access tokens of devices in the URLs of ThingsBoard.",
  source: "ThingsBoard documentation, HTTP device API",
  confidence: "likely",
  atoms: ["/(?:telemetry|attributes|rpc|claim)"],
  pattern: "/api/v1/[A-Za-z0-9]{20}/(?:telemetry|attributes|rpc|claim)",
  narrow: (match) => ["/api/v1/".length, match.lastIndexOf("/")],
  examples: {
    match: [madeUp("http://thingsboard.cloud", "/api/v1/", "qhzw9tgmusrrfocfywl1", "/telemetry")],
    ignore: ["/api/v1/devices/telemetry"],
  },
});
