import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const huggingFaceToken = vendorToken({
  id: "hugging_face_token",
  vendor: "huggingface",
  finds: "Access tokens of Hugging Face users and organizations.",
  source: "Hugging Face Hub documentation, user access tokens",
  atoms: ["hf_[A-Za-z]{8}", "api_org_[A-Za-z]{8}"],
  pattern: "(?:hf|api_org)_[A-Za-z]{34}",
  examples: {
    match: [madeUp("hf_", "mKpQxVrTwZbNcFhJdGsLyAeU", "iOoXqWvBtR")],
    ignore: [madeUp("hf_", "hub_download_cache"), madeUp("hf_", "x".repeat(34))],
  },
});
