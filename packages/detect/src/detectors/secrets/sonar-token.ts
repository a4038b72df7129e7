import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const sonarToken = vendorToken({
  id: "sonar_token",
  vendor: "sonarqube",
  finds: "User, project and global analysis tokens of SonarQube.",
  source: "SonarQube documentation, generating and using tokens",
  atoms: ["sq[pau]_[0-9a-f]{2}"],
  pattern: "sq[pau]_[0-9a-f]{40}",
  examples: {
    match: [madeUp("squ_", "211caeae0ffac7cb2c8a2788", "fbf742b65b754e51")],
    ignore: [madeUp("squ_", "acbd3d48c3bb")],
  },
});
