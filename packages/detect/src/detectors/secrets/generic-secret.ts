import { defineDetector } from "../../detector.ts";
import { madeUp } from "../../example-token.ts";
import { isDigest, isIdentifier, isNameLike, isPlainUrl, isRelease } from "../../validators/name-like.ts";
import { followsMark, isPlaceholder } from "../../validators/placeholder.ts";
import { isPasswordLike, isSecretLike } from "../../validators/secret-like.ts";
import { isAboutSecret, isBetweenQuotes, isMemberName, keyed } from "../keyed-value.ts";

const KEYS =
  "(?i:secret[eo]?|token|(?:api|access|auth|secret|private|shared|account|master|signing|encryption|license|subscription)[ _.-]?key|credential|passw(?:or)?d|(?:db|user|admin|root)_?pass|[_-]auth|creds?)";

/** `s`, `_secure`, `_2`, `Value`: what names add behind. */
const SUFFIX = "s?(?:[A-Z0-9_.-][A-Za-z0-9_.-]{0,24})?";

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
    "(?i:secret|token|passw)",
    "(?i:(?:db|user|admin|root)_?pass)",
    "(?i:[_-]auth|cred)",
    "(?i:(?:api|access|account|auth|private|shared)[ _.-]?key)",
    "(?i:(?:master|signing|encryption|license|subscription)[ _.-]?key)",
  ],
  ...keyed(`${KEYS}${SUFFIX}`),
  confirm: (candidate, context) =>
    (isSecretLike(candidate) || isPasswordLike(candidate)) &&
    !isPlaceholder(candidate) &&
    !isNameLike(candidate) &&
    !isPlainUrl(candidate) &&
    !isRelease(candidate) &&
    !isIdentifier(candidate) &&
    !isDigest(candidate) &&
    !isMemberName(candidate, context) &&
    !isAboutSecret(context) &&
    !isBetweenQuotes(candidate) &&
    !followsMark(context.before),
  examples: {
    match: [
      madeUp("api_key=", "9fJ2kLx8QwZ4tYv7"),
      madeUp("apiKeyProduction2 := ", "9fJ2kLx8QwZ4tYv7"),
      madeUp("access-key-id: ", "9fJ2kLx8QwZ4tYv7"),
      madeUp("deploy --token ", "9fJ2kLx8QwZ4tYv7"),
      madeUp('"client_secret": "', "b7Gq-3xT9_mVz2LpRk8"),
      madeUp("X-Auth-Token: ", "5d41402abc4b2a76b9719d91"),
      madeUp('setProperty("SERVICE_TOKEN", "', 'q1w8e7r4t5y2u9i0")'),
      madeUp("client_secret: ", "524546371283680361972514"),
    ],
    ignore: [
      "token=[REDACTED]",
      "max_tokens: 4096",
      "token_expires_at: 2026-08-22T10:15:30Z",
      "next_page_token=9fJ2kLx8QwZ4tYv7",
      "secret_arn=arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-8fJ2k",
      "secret: my-config-map",
      "unexpected token: }",
      "token=Token{a64f992 ActivityRecord",
      "activity token: android.os.BinderProxy@2bd79ce",
      `access_token=\${TOKEN}`,
      madeUp('publicToken = "', '9fJ2kLx8QwZ4tYv7"'),
      "jsonwebtoken:jjwt-jackson-0.11.2",
      "token: sha256:9f86d081884c7d659a2feaa0c55ad015",
      "token: https://auth.example.com/oauth2/v1/token",
      "private_key: /etc/ssl/private/Server2024.pem",
      "secret: app-tls-cert-2024",
      "activity token=0x7ffeefbff5c8",
      "secretArn: arn:aws:secretsmanager:eu-west-1:123456789012:secret:shopDb-a1B2c3",
      "error token: ERR_TOKEN_EXPIRED_401",
      "apiKey=px-api-a1b2c3d4-e5f6-g7h8",
      madeUp("token=dapi", "123456789012345678a9bc01"),
      madeUp("access_key: AKIA", "IOSFODNN7EXAMPLE"),
    ],
  },
});
