import { madeUp } from "../../example-token.ts";
import { vendorToken } from "./vendor-token.ts";

export const discordToken = vendorToken({
  id: "discord_token",
  vendor: "discord",
  finds: "Tokens of Discord bots and users: the decimal user id in base64, a time and a signature.",
  source: "Discord developer documentation, authentication",
  atoms: ["[MNO][DTjz][AEIMQUYcgk][wxyz0-5][A-Za-z0-9_-]", String.raw`mfa\.[A-Za-z0-9_-]{2}`],
  pattern: String.raw`[MNO][DTjz][AEIMQUYcgk][wxyz0-5][A-Za-z0-9_-]{19,24}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}|mfa\.[A-Za-z0-9_-]{84}`,
  examples: {
    match: [
      madeUp("MTAyNzM5NDU2NzgzMTI0NTY4", ".", "DR3HXl", ".", "4gRgmsDpwMU4U8pjfB0Crdtq", "AerKUNEo2ruIP6"),
      madeUp(
        "mfa.",
        "UbGf0LbbkBh3PW4VkyfrgDLa",
        "hSIIymJIIBJuJSO-j5WMgmy0",
        "W4M6rpaDxcNasqjBYJLUnhXF",
        "S9MHxgLcHIlB",
      ),
    ],
    ignore: ["MTAyNzM5NDU2NzgzMTI0NTY4", madeUp("mfa.", "R27I79WXiuLI")],
  },
});
