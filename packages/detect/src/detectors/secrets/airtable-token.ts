import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const airtableToken = vendorToken({
  id: "airtable_token",
  vendor: "airtable",
  finds: "Personal access tokens of Airtable.",
  source: "Airtable developer documentation, personal access tokens",
  atoms: [String.raw`pat[A-Za-z0-9]{14}\.[0-9a-f]{2}`],
  pattern: String.raw`pat[A-Za-z0-9]{14}\.[0-9a-f]{64}`,
  examples: {
    match: [
      madeUp(
        "pat",
        "Zas2bEJFEDiMQ6",
        ".",
        "3cf863fe92f442fd405123a7",
        "178b5bd85ee5042d74833c27",
        "041b29ae696fa4bb",
      ),
    ],
    ignore: [madeUp("pat", "ePt73giYiSSZ1t", ".", "18fa6eb9eb2b")],
  },
});
