import { madeUp } from "../../example-token.ts";
import { hasTokenChecksum } from "../../validators/token-checksum.ts";
import { vendorToken } from "./vendor-token.ts";

export const githubToken = vendorToken({
  id: "github_token",
  vendor: "github",
  finds: "Tokens of GitHub users, apps and actions (ghp_, gho_, ghu_, ghs_, ghr_) with their checksum.",
  source: "GitHub Blog, behind GitHub's new authentication token formats",
  atoms: ["gh[pousr]_[A-Za-z0-9]"],
  pattern: "gh[pousr]_[A-Za-z0-9]{36}",
  check: hasTokenChecksum,
  examples: {
    match: [madeUp("ghp_", "StZsxnTSWsbCBpWU", "edoB6SJ95Ypuie", "0AKxrk")],
    ignore: [madeUp("ghp_", "StZsxnTSWsbCBpWU", "edoB6SJ95Ypuie", "0AKxr0"), madeUp("ghp_", "x".repeat(36))],
  },
});
