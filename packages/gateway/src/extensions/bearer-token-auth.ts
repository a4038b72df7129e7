import { createHash, timingSafeEqual } from "node:crypto";
import { resolve } from "node:path";
import { followFile } from "@scrim/authentication";
import { OperatingError } from "@scrim/errors";
import { type Authentication, type ClientIdentity, defineExtension } from "@scrim/pipeline";
import { z } from "zod";

const FILE_BYTES_MAX = 64 * 1024;
const TOKENS_MAX = 256;

/** Shorter ones can be guessed. */
const TOKEN = /^[!-~]{16,4096}$/;

const Token = z.string().regex(TOKEN, "expected 16 printable characters or more").meta({ isSecret: true });

const BearerTokenAuthConfig = z
  .strictObject({
    scheme: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,31}$/)
      .default("Bearer")
      .meta({
        description: "What stands before the token in the `Authorization` header.",
      }),
    token: Token.optional().meta({ description: "The one token that is taken.", isSecret: true }),
    tokens: z.array(Token).min(1).max(TOKENS_MAX).optional().meta({
      description: "Tokens that are taken, while one is changed for another.",
      isSecret: true,
    }),
    filename: z.string().min(1).optional().meta({
      description: "File of mode 0600 with tokens, one a line. It is read again when it changes.",
    }),
  })
  .refine(
    ({ token, tokens, filename }) =>
      [token, tokens, filename].filter((each) => each !== undefined).length === 1,
    {
      message: "exactly one of token, tokens and filename says what is taken",
      params: { hint: "add filename: collector.token" },
    },
  )
  .meta({
    id: "BearerTokenAuthConfig",
    description:
      "Takes clients that have one of some tokens. The Collector's keys; `client_auth` tells clients apart.",
  });

/** Clients with a token, as the Collector's extension of this name knows them. */
export const bearerTokenAuth = defineExtension({
  type: "bearertokenauth",
  description: "Takes clients that have one of some tokens, all under one name.",
  configSchema: BearerTokenAuthConfig,
  create({ scheme, token, tokens, filename }, { baseDir, id, log, path }) {
    const fixed = [token ?? tokens ?? []].flat().map(digestOf);
    const followed =
      filename === undefined
        ? undefined
        : followFile({
            path: resolve(baseDir, filename),
            parse: (text) => parseTokens(text, `${path}.filename`),
            isPrivate: true,
            bytesMax: FILE_BYTES_MAX,
            told(problem) {
              const reason = problem instanceof OperatingError ? problem.line : "an unexpected error";
              log.warn(`${path}: the last good tokens stay in force: ${reason}`);
            },
          });
    const identity: ClientIdentity = { name: id, tenant: undefined, is_trusted: false };
    const prefix = `${scheme.toLowerCase()} `;
    const isTaken = (header: string): boolean => {
      const isScheme = header.slice(0, prefix.length).toLowerCase() === prefix;
      const given = digestOf(isScheme ? header.slice(prefix.length) : "");
      let isOne = false;
      // All, so that none stands out.
      for (const digest of followed?.current ?? fixed) isOne = timingSafeEqual(digest, given) || isOne;
      return isOne;
    };
    return {
      authenticator: {
        authenticate({ authorization: [header, second] }): Authentication {
          if (header !== undefined && second === undefined && isTaken(header))
            return { status: "known", identity };
          return { status: "unknown", challenge: `${scheme} realm="otlp"` };
        },
      },
    };
  },
});

function parseTokens(text: string, path: string): readonly Buffer[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  if (lines.length > 0 && lines.length <= TOKENS_MAX && lines.every((line) => TOKEN.test(line)))
    return lines.map(digestOf);
  throw new OperatingError(
    "CONFIG_INVALID",
    `expected 1 to ${TOKENS_MAX} lines, each a token of 16 characters or more`,
    {
      path,
      hint: "make one with: openssl rand -hex 32",
    },
  );
}

/** Of one length, so that nothing is said of how long a token is. */
function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
