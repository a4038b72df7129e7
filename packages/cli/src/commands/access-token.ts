import type { CommandDefinition } from "../command.ts";

export const accessTokenCommand: CommandDefinition = {
  name: "access token",
  summary: "Makes a token, and prints it once.",
  details: [
    "The file of tokens gets a line with its digest: the token itself is kept nowhere. A control plane that follows the file knows it within a second.",
    "Whose it is says the directory, where NAME stands as token:NAME. Several tokens may have one name, while one is changed for another; one whose line is removed is known no more.",
  ].join("\n"),
  operands: { usage: "NAME", min: 1, max: 1 },
  options: {
    tokens: { value: "FILE", meaning: "The file of tokens, of mode 0600.", required: true },
    expires: {
      value: "TIME",
      meaning: "How long it is good for: 30d, 12h. Without it until its line is removed.",
    },
  },
  examples: [
    "(umask 077; scrim access token alice --tokens access/tokens > alice.token)",
    "(umask 077; scrim access token deploy-bot --tokens access/tokens --expires 30d > deploy-bot.token)",
  ],
  load: () => import("../run/access-token.ts"),
};
