import type { CommandDefinition } from "../command.ts";

export const grantDecodeCommand: CommandDefinition = {
  name: "grant decode",
  summary:
    "Says what a trace token claims. That proves nothing: only services with the grant's key can verify it.",
  details: "Exit code 1 where it is no token, or of another version.",
  operands: { usage: "TOKEN", min: 1, max: 1 },
  options: { json: { meaning: "Writes JSON." } },
  examples: ["scrim grant decode AQARIjOqu8zda0nSAAWhc0tqE1SrrI6-H4NngqYY"],
  load: () => import("../run/grant-decode.ts"),
};
