import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const squareToken = vendorToken({
  id: "square_token",
  vendor: "square",
  finds: "Access tokens and application secrets of Square.",
  source: "Square developer documentation, access tokens",
  atoms: ["sq0[a-z]{3}-", "EAAA[A-Za-z0-9_-]{2}"],
  pattern: "sq0(?:atp|atb)-[A-Za-z0-9_-]{22}|sq0cs[pb]-[A-Za-z0-9_-]{43}|EAAA[A-Za-z0-9_-]{60}",
  examples: {
    match: [
      madeUp("sq0atp-", "91v5oGN6LjREQI7EmIr3KS"),
      madeUp("sq0csp-", "yMGEkRNJoU0VeWx2ruPf6OLh", "x8cXk7yZQY_NrfDg8Tp"),
      madeUp("EAAA", "oWrY1HAdsBgFEpdoiumvtywk", "OdB0fGVTngpw3nRerHsWoRG6", "r87brufIMPpD"),
    ],
    ignore: [madeUp("sq0idp-", "5yBOXEnEfvDM3doZTze9YT"), madeUp("EAAA", "oo45keU5Wu1T")],
  },
});
