import { resolve } from "node:path";
import {
  BEARER_TOKEN,
  digestOfToken,
  followFile,
  hasBearerToken,
  parseBearerTokens,
} from "@scrim/authentication";
import { OperatingError } from "@scrim/errors";
import { type Authentication, type ClientIdentity, defineExtension } from "@scrim/pipeline";
import { z } from "zod";

const FILE_BYTES_MAX = 64 * 1024;
const TOKENS_MAX = 256;

const Token = z
  .string()
  .regex(BEARER_TOKEN, "expected 16 printable characters or more")
  .meta({ isSecret: true });

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
    const fixed = [token ?? tokens ?? []].flat().map(digestOfToken);
    const followed =
      filename === undefined
        ? undefined
        : followFile({
            path: resolve(baseDir, filename),
            parse: (text) => parseBearerTokens(text, `${path}.filename`),
            isPrivate: true,
            bytesMax: FILE_BYTES_MAX,
            told(problem) {
              const reason = problem instanceof OperatingError ? problem.line : "an unexpected error";
              log.warn(`${path}: the last good tokens stay in force: ${reason}`);
            },
          });
    const identity: ClientIdentity = { name: id, tenant: undefined, is_trusted: false };
    const isTaken = (header: string): boolean => hasBearerToken(followed?.current ?? fixed, header, scheme);
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
