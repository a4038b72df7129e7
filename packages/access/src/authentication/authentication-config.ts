import * as z from "zod";

export const AuthenticationConfig = z
  .strictObject({
    token_file: z.string().min(1).optional().meta({
      description: "Tokens, of mode 0600: a line `NAME sha256:HEX` for each, as scrim access token makes it.",
    }),
  })
  .meta({
    id: "AuthenticationConfig",
    description: "How callers show who they are. Clients' certificates are taken where TLS verifies them.",
  });

export type AuthenticationConfig = z.output<typeof AuthenticationConfig>;
