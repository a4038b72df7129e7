import { defineDetector } from "../../detector.ts";
import { isPlaceholder } from "../../validators/placeholder.ts";

export const bundlerCredentials = defineDetector({
  id: "bundler_credentials",
  type: "password",
  class: "credential",
  pack: "secrets",
  finds: "User and password for a gem server, in the variable that Bundler names after the host.",
  source: "Bundler manual, bundle config, credentials for gem sources",
  confidence: "likely",
  atoms: ["BUNDLE_[A-Z]"],
  pattern: String.raw`BUNDLE_[A-Z][A-Z0-9_]{0,80}__[A-Z0-9_]{2,40}["']?[ \t]{0,4}[=:][ \t]{0,4}["']?[^\s"':/=]{1,64}:[^\s"';&:/][^\s"';&]{2,128}`,
  narrow: (match) => {
    const separator = match.search(/[=:]/);
    const value = match.slice(separator + 1).trimStart();
    return [match.length - value.length + Number(`"'`.includes(value[0]!)), match.length];
  },
  confirm: (candidate) =>
    !isPlaceholder(candidate) && !isPlaceholder(candidate.slice(candidate.indexOf(":") + 1)),
  examples: {
    match: [
      "BUNDLE_GEMS__EXAMPLE__COM=claudette:s00pers3krit",
      'BUNDLE_GEMS__EXAMPLE__ORG: "4f3c2a1b:9e8d7c6f"',
    ],
    ignore: [
      "BUNDLE_MIRROR__ALL=https://rubygems.example.com",
      "BUNDLE_PATH=vendor/bundle",
      "BUNDLE_GEMS__EXAMPLE__COM=$USER:$PASSWORD",
      "BUNDLE_GEMS__EXAMPLE__COM=claudette:[REDACTED]",
    ],
  },
});
