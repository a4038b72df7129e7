import { z } from "zod";

/** Who tells a receiver who its clients are. */
export const AuthConfig = z.strictObject({
  authenticator: z.string().min(1).meta({
    description:
      "The extension that tells who a client is. Nothing of a request's body is read before it has.",
  }),
});
