import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const awsBedrockKey = vendorToken({
  id: "aws_bedrock_key",
  vendor: "aws",
  finds: "API keys of Amazon Bedrock, long-term and short-term.",
  source: "Amazon Bedrock User Guide, API keys",
  atoms: ["ABSKQmVkcm9ja", "bedrock-api-key-"],
  pattern: "ABSKQmVkcm9ja[A-Za-z0-9+/]{80,}=*|bedrock-api-key-[A-Za-z0-9+/]{80,}=*",
  examples: {
    match: [
      madeUp(
        "ABSKQmVkcm9ja",
        "wdTKWTddB+XhkAS1voQG6yyz",
        "yN9zHYIa4UOrGNATMuDJawTg",
        "su8PO+799nKSNrh9UCauSDmL",
        "huVtcqcYezdZ/tDDj8hYs5su",
        "KcNd8Zra9A9s",
      ),
      madeUp(
        "bedrock-api-key-",
        "KPxZ9W3qLy7zKUVQDT7S8sTQ",
        "CBNR3YbDgbleph1QHt61QTC4",
        "XATWS8PHp9NHfYjFM5DI4pZj",
        "59fhZ5R1Py4oJe2JbmPTuSgR",
        "7cMy+UcU3zr1ZtoLuCr64Cxq",
      ),
    ],
    ignore: [madeUp("bedrock-api-key-", "rotation-schedule")],
  },
});
