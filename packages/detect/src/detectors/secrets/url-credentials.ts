import { defineDetector } from "../../detector.ts";
import { isBracketedMark, isRedacted, isReference } from "../../validators/placeholder.ts";

export const urlCredentials = defineDetector({
  id: "url_credentials",
  type: "url_credentials",
  class: "credential",
  pack: "secrets",
  finds: "User and password before the host of a URL.",
  source: "RFC 3986 section 3.2.1",
  confidence: "certain",
  atoms: ["@"],
  pattern: String.raw`[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#:@"'<>]*:[^\s/?#"'<>]+@`,
  narrow: (match) => [match.indexOf("://") + "://".length, match.length - 1],
  confirm: (candidate) => {
    const password = candidate.slice(candidate.indexOf(":") + 1);
    return !isBracketedMark(candidate) && !isRedacted(password) && !isReference(password);
  },
  examples: {
    match: [
      "postgres://app:s3cr3t@db.example.com/shop",
      "redis://:p%40ss@cache:6379",
      "https://a:b@c@example.com/",
    ],
    ignore: [
      "https://example.com:8080/a@b",
      "http://host:80?mail=a@example.com",
      "postgres://REDACTED:REDACTED@db/shop",
      `amqp://user:\${PASSWORD}@mq`,
      "ssh://git@example.com/repo",
    ],
  },
});
