import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const grafanaToken = vendorToken({
  id: "grafana_token",
  vendor: "grafana",
  finds: "Service account and cloud tokens and API keys of Grafana.",
  source: "Grafana documentation, service accounts; Grafana Cloud access policies",
  atoms: ["glsa_[A-Za-z0-9]{8}", "glc_eyJ", "eyJrIjoi"],
  pattern: "glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_eyJ[A-Za-z0-9+/]{20,}=*|eyJrIjoi[A-Za-z0-9+/]{60,}=*",
  examples: {
    match: [
      madeUp("glsa_", "mK7pQ2xV9rT4wZ8bN3cF6hJ1", "dG5sL0yA_1f2e3d4c"),
      madeUp("glc_", "eyJmK7pQ2xV9rT4wZ8bN3cF6", "hJ1dG5sL0yAeUiOoXqW"),
    ],
    ignore: [madeUp("glsa_", "mK7pQ2xV9rT4wZ8bN3cF")],
  },
});
