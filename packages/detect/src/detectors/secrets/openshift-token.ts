import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const openshiftToken = vendorToken({
  id: "openshift_token",
  vendor: "openshift",
  finds: "OAuth tokens of OpenShift, the form that users paste.",
  source: "OpenShift documentation, OAuth token format",
  atoms: ["sha256~[A-Za-z0-9_-]{2}"],
  pattern: "sha256~[A-Za-z0-9_-]{43}",
  examples: {
    match: [madeUp("oc login --token=sha256~", "SpqYAXjhLoxgmy1Gnmfw3gnZ", "QGav7_SurZ6GoBI0pEj")],
    ignore: [madeUp("sha256~", "7ucN4NDLb2oH")],
  },
});
