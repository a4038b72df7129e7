import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const frameioToken = vendorToken({
  id: "frameio_token",
  vendor: "frameio",
  finds: "Developer tokens of Frame.io.",
  source: "Frame.io developer documentation, authentication",
  atoms: ["fio-u-"],
  pattern: "fio-u-[A-Za-z0-9_=-]{64}",
  examples: {
    match: [madeUp("fio-u-", "jW00bGb7fPKv3BBh_UY8Qm3a", "SyAlCw4pdrIQGKkFlnUOLImD", "vWy1PP7m_4xN3dwZ")],
    ignore: ["fio-u-test"],
  },
});
