import type { CommandDefinition } from "../command.ts";

export const revealServeCommand: CommandDefinition = {
  name: "reveal serve",
  summary: "Runs the service that opens sealed values, until it is told to stop (SIGINT, SIGTERM).",
  details: [
    "It holds the private keys. Give it a user of its own; no application and no gateway runs in its process, nor should on its machine.",
    "It believes signed grants alone, and what is sealed in a token. What it opens, and what it refuses, is in its audit log first.",
    "docs/sealing.md has its configuration and its interface.",
  ].join("\n"),
  options: { config: { value: "FILE", meaning: "Configuration, in YAML.", short: "c", required: true } },
  examples: ["scrim reveal serve --config /etc/scrim/reveal.yaml"],
  load: () => import("../run/reveal-serve.ts"),
};
