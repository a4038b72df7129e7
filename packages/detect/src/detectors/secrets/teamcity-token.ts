import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const teamcityToken = vendorToken({
  id: "teamcity_token",
  vendor: "teamcity",
  finds: "Access tokens of TeamCity.",
  source: "TeamCity documentation, access tokens",
  atoms: [String.raw`eyJ0eXAiOiAiVENWMiJ9\.`],
  pattern: String.raw`eyJ0eXAiOiAiVENWMiJ9\.[A-Za-z0-9_-]{36}\.[A-Za-z0-9_-]{48}`,
  examples: {
    match: [
      madeUp(
        "eyJ0eXAiOiAiVENWMiJ9",
        ".",
        "0YZ8FOpr1yVqm51byTATfmB8",
        "H4zeaamTdJVi",
        ".",
        "NFWZ2dnCSVFRLs4caqizPHNr",
        "oCY05LYRV9JXKOW40n459ZTf",
      ),
    ],
    ignore: ["eyJ0eXAiOiAiVENWMiJ9.x"],
  },
});
