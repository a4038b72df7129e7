import type { CommandDefinition } from "../command.ts";

export const gatewayCommand: CommandDefinition = {
  name: "gateway",
  summary: "Runs the OTLP gateway until it is told to stop (SIGINT, SIGTERM).",
  details:
    "Without a configuration: OTLP/HTTP on 127.0.0.1:4318, the default policy, records printed to standard output.",
  options: { config: { value: "FILE", meaning: "Configuration, in the Collector's shape.", short: "c" } },
  examples: ["scrim gateway --config gateway.yaml", "scrim gateway"],
  load: () => import("../run/gateway.ts"),
};
