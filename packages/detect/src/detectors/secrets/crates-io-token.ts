import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const cratesIoToken = vendorToken({
  id: "crates_io_token",
  vendor: "cratesio",
  finds: "API tokens of crates.io.",
  source: "The Cargo Book, publishing on crates.io",
  atoms: ["cio[A-Za-z0-9]{2}"],
  pattern: "cio[A-Za-z0-9]{32}",
  examples: {
    match: [madeUp("cio", "lEJTuTQukjq79VE6Ml7FlLTl", "WdWxsbu3")],
    ignore: [madeUp("cio", "7E1fU5LR5QiB"), "associations and precious things"],
  },
});
