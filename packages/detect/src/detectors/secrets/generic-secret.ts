import { defineDetector } from "../../detector.ts";
import { madeUp } from "../../example-token.ts";
import { followsMark, isPlaceholder } from "../../validators/placeholder.ts";
import { isPasswordLike, isSecretLike } from "../../validators/secret-like.ts";
import { isMemberName, keyedPattern, keyedValue } from "../keyed-value.ts";

const KEYS =
  "(?i:secret|token|(?:api|access|auth|secret|private|account|master|signing|encryption|license|subscription)[ _.-]?key|credential)";

export const genericSecret = defineDetector({
  id: "generic_secret",
  type: "generic_secret",
  class: "credential",
  pack: "secrets",
  finds:
    "Generated values of keys such as secret, token, api_key, access_token, client_secret and private_key.",
  source: "OWASP Logging Cheat Sheet, data to exclude",
  confidence: "possible",
  atoms: [
    "(?i:secret|token|credential)",
    "(?i:(?:api|access|account|auth|private)[ _.-]?key)",
    "(?i:(?:master|signing|encryption|license|subscription)[ _.-]?key)",
  ],
  pattern: keyedPattern(KEYS),
  narrow: keyedValue,
  confirm: (candidate, context) =>
    (isSecretLike(candidate) || isPasswordLike(candidate)) &&
    !isPlaceholder(candidate) &&
    !isMemberName(context) &&
    !followsMark(context.before),
  examples: {
    match: [
      madeUp("api_key=", "9fJ2kLx8QwZ4tYv7"),
      madeUp('"client_secret": "', "b7Gq-3xT9_mVz2LpRk8"),
      madeUp("X-Auth-Token: ", "5d41402abc4b2a76b9719d91"),
      madeUp('setProperty("SERVICE_TOKEN", "', 'q1w8e7r4t5y2u9i0")'),
    ],
    ignore: [
      "token=[REDACTED]",
      "max_tokens: 4096",
      "secret: my-config-map",
      "unexpected token: }",
      "token=Token{a64f992 ActivityRecord",
      "activity token: android.os.BinderProxy@2bd79ce",
      `access_token=\${TOKEN}`,
    ],
  },
});
