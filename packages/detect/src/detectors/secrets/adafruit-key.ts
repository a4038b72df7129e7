import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const adafruitKey = vendorToken({
  id: "adafruit_key",
  vendor: "adafruit",
  finds: "Keys of Adafruit IO.",
  source: "Adafruit IO documentation, authentication",
  atoms: ["aio_[A-Za-z0-9]{2}"],
  pattern: "aio_[A-Za-z0-9]{28}",
  examples: {
    match: [madeUp("aio_", "NrZC", "67", "zz3y2XHWl0ttyd6J9DbuNE")],
    ignore: [madeUp("aio_", "uzcqley577"), madeUp("aio_", "x".repeat(28))],
  },
});
