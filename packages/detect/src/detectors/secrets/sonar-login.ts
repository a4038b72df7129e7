import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const sonarLogin = vendorKeyed({
  id: "sonar_login",
  vendor: "sonarqube",
  finds: "Tokens that scanners of SonarQube log in with.",
  source: "SonarQube documentation, analysis parameters",
  atoms: ["(?i:sonar)"],
  key: { name: "sonar", value: "[0-9A-Za-z]{40}" },
  examples: {
    match: [madeUp("-Dsonar.login=", "3983221f188d062456f1480c", "1d10440bd0f2ea91")],
    ignore: [madeUp("sonar.projectKey=", "1KNTz1yHJK")],
  },
});
