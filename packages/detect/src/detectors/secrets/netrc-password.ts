import { defineDetector } from "../../detector.ts";
import { isPlaceholder } from "../../validators/placeholder.ts";
import { isProse } from "../keyed-value.ts";

export const netrcPassword = defineDetector({
  id: "netrc_password",
  type: "password",
  class: "credential",
  pack: "secrets",
  finds: "Logins and passwords of a .netrc file.",
  source: "GNU inetutils manual, the .netrc file",
  confidence: "likely",
  atoms: [String.raw`login\s`],
  pattern: String.raw`login\s{1,16}[^\s"']{1,128}\s{1,16}password\s{1,16}[^\s"'${"`"}]{1,256}`,
  narrow: (match) => [
    Math.max(match.lastIndexOf(" "), match.lastIndexOf("\t"), match.lastIndexOf("\n")) + 1,
    match.length,
  ],
  confirm: (candidate, context) => !isPlaceholder(candidate) && !isProse(candidate, context),
  examples: {
    match: [
      "machine api.example.com login bob password hunter2",
      "machine a\n  login bob\n  password pass123",
    ],
    ignore: ["login and password are required", "login bob password [REDACTED:password]"],
  },
});
