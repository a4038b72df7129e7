import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const pineconeKey = vendorToken({
  id: "pinecone_key",
  vendor: "pinecone",
  finds: "API keys of Pinecone.",
  source: "Pinecone documentation, manage API keys",
  atoms: ["pcsk_[A-Za-z0-9]{2}"],
  pattern: "pcsk_[A-Za-z0-9]{5,8}_[A-Za-z0-9]{50,70}",
  examples: {
    match: [
      madeUp(
        "pcsk_",
        "wekW0s",
        "_",
        "6YF3Ak4wBlisYoxpUfNbypjm",
        "wNfCex4NUexAsQSqswIowczu",
        "nq2NSifmLu6MTZV",
      ),
    ],
    ignore: ["pcsk_rotation"],
  },
});
