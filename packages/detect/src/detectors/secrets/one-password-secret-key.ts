import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const onePasswordSecretKey = vendorToken({
  id: "one_password_secret_key",
  vendor: "onepass",
  finds: "Secret keys of 1Password accounts.",
  source: "1Password support, secret key",
  atoms: ["A3-[A-Z0-9]{6}-"],
  pattern: "A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}",
  examples: {
    match: [madeUp("A3-", "ZJSXL7-WUOXI9-XQPDC-GZDN", "5-15KTF-JOKI2")],
    ignore: [madeUp("A3-", "ZFC24M", "-", "NXAC61")],
  },
});
