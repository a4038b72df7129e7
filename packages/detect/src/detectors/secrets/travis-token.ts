import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const travisToken = vendorKeyed({
  id: "travis_token",
  vendor: "travis",
  finds: "API tokens of Travis CI, behind a key that names it.",
  source: "Travis CI documentation, API authentication",
  atoms: ["(?i:travis)"],
  key: { name: "travis", value: "[A-Za-z0-9_-]{22}" },
  examples: {
    match: [madeUp("TRAVIS_TOKEN=", "SFn6spmKCH6vLBInrI7uSe")],
    ignore: ["TRAVIS_TOKEN=$TRAVIS_TOKEN_OF_CI_USER"],
  },
});
