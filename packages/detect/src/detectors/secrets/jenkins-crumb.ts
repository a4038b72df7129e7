import { madeUp } from "../../example-token.ts";
import { keyedToken } from "../keyed-value.ts";
import { vendorToken } from "./vendor-token.ts";

export const jenkinsCrumb = vendorToken({
  id: "jenkins_crumb",
  vendor: "jenkins",
  finds: "Crumbs that Jenkins issues against forged requests, in their header.",
  source: "Jenkins documentation, CSRF protection",
  confidence: "likely",
  atoms: ["(?i:jenkins-crumb)"],
  ...keyedToken("(?i:jenkins-crumb)", "[0-9a-f]{64}|[0-9a-f]{32}"),
  examples: {
    match: [madeUp("Jenkins-Crumb: ", "9d63cde2f1a04b8e7c35", "06fb1d29ae74")],
    ignore: ["Jenkins-Crumb: missing", madeUp("jenkins-build: ", "9d63cde2f1a04b8e7c35", "06fb1d29ae74")],
  },
});
