import type { CommandDefinition } from "../command.ts";
import { STORE_OPTION } from "../shared-options.ts";

export const grantListCommand: CommandDefinition = {
  name: "grant list",
  summary: "Lists grants: what holds, for whom, until when, why, and how much of it is used.",
  details: [
    "TRACES: captured of allowed, as processes told the server; of grants for errors, the rate in each process. Grants that have ended are listed for a day.",
    "Keys are never shown.",
  ].join("\n"),
  options: {
    store: STORE_OPTION,
    json: { meaning: "Writes JSON: one document for each grant, a line each." },
  },
  examples: ["scrim grant list", "scrim grant list --json"],
  load: () => import("../run/grant-list.ts"),
};
