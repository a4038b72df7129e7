import { madeUp } from "../../example-token.ts";
import { vendorKeyed } from "./vendor-keyed.ts";

export const jfrogKeyed = vendorKeyed({
  id: "jfrog_keyed",
  vendor: "jfrog",
  finds: "Keys and tokens of JFrog, behind a key that names it.",
  source: "JFrog documentation, access tokens",
  atoms: ["(?i:jfrog)", "(?i:artifactory)"],
  key: { name: "jfrog|artifactory", value: "[A-Za-z0-9]{64,73}" },
  examples: {
    match: [
      madeUp(
        "JFROG_ACCESS_TOKEN=",
        "J87PlRrLW82zWhbm00lXl8aS",
        "lXAZLi1M72juqUbQXUlSyw6z",
        "QZdvccvr3NtqpmIH",
      ),
      madeUp(
        "artifactory_api_key: ",
        "aDvBlnjk0CK4Js3sIPrTUjWV",
        "viUpmnUVRQ9j1YFC5WKpV32Z",
        "nKLoEDRhuHusuwxxQVhy0gBO",
        "I",
      ),
    ],
    ignore: [
      madeUp("jfrog_digest=", "b648d0ea15f0b5f804c39b40", "99964569a23548c4ebf7aaea", "3612e8b732dce1ca"),
    ],
  },
});
