import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const dockerToken = vendorToken({
  id: "docker_token",
  vendor: "docker",
  finds: "Personal and organization access tokens of Docker Hub.",
  source: "Docker documentation, access tokens",
  atoms: ["dckr_[po]at_"],
  pattern: "dckr_[po]at_[A-Za-z0-9_-]{27,32}",
  examples: {
    match: [madeUp("dckr_pat_", "mK7pQ2xV9rT4wZ8bN3cF6hJ1", "dG5")],
    ignore: [madeUp("dckr_pat_", "short")],
  },
});
