import type { CommandDefinition } from "../command.ts";

export const accessServeCommand: CommandDefinition = {
  name: "access serve",
  summary: "Runs the control plane until it is told to stop (SIGINT, SIGTERM).",
  details:
    "Requests, decisions, grants, and the bundles that services get: docs/access.md. Tokens and the directory may be edited while it runs.",
  options: {
    config: {
      value: "FILE",
      meaning: "Its configuration; paths in it start from its folder.",
      short: "c",
      required: true,
    },
    listen: {
      value: "HOST:PORT",
      meaning: "Where to listen, in place of what the configuration says; port 0 takes a free one.",
    },
  },
  examples: ["scrim access serve --config access/access.yaml"],
  load: () => import("../run/access-serve.ts"),
};
