import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const awsAccessKey = vendorToken({
  id: "aws_access_key",
  vendor: "aws",
  finds: "Access key ids of AWS accounts and sessions, in base32 behind AKIA, ASIA, ABIA or ACCA.",
  source: "AWS IAM User Guide, unique identifiers",
  atoms: ["A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{8}"],
  pattern: "A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}",
  examples: {
    match: [madeUp("aws AKIA", "Q3EXR7TY2ZKLM4NW")],
    ignore: [
      madeUp("AKIA", "Q3EXR7TY2ZKLM4N"),
      madeUp("AKIA", "A".repeat(16)),
      madeUp("XAKIA", "Q3EXR7TY2ZKLM4NW"),
    ],
  },
});
