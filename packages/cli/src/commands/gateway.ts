import type { CommandDefinition, OptionDefinition } from "../command.ts";

const config: OptionDefinition = {
  value: "FILE",
  meaning: "Configuration, in the Collector's shape.",
  short: "c",
};

export const gatewayCommand: CommandDefinition = {
  name: "gateway",
  summary: "Runs the OTLP gateway until it is told to stop (SIGINT, SIGTERM).",
  details:
    "Without a configuration: OTLP/HTTP on 127.0.0.1:4318, the default policy, records printed to standard output. SIGHUP reads the configuration again, and what it names; where anything is wrong with it, the one before stays in force.",
  options: { config },
  examples: ["scrim gateway --config gateway.yaml", "scrim gateway", "kill -HUP PID"],
  load: () => import("../run/gateway.ts"),
};

export const gatewayValidateCommand: CommandDefinition = {
  name: "gateway validate",
  summary: "Checks a configuration of the gateway, and what it names, without starting one.",
  details:
    "Says everything that is wrong, a line each, and ends with 1; with 0 where a gateway would start. Reads policies, keys, certificates and plug-ins, but opens no port, connects to nothing and writes nothing. No secret is printed.",
  options: { config },
  examples: ["scrim gateway validate --config gateway.yaml"],
  load: () => import("../run/gateway-validate.ts"),
};

export const gatewayPrintConfigCommand: CommandDefinition = {
  name: "gateway print-config",
  summary: "Prints a configuration of the gateway as it is in force: with all defaults, without secrets.",
  details:
    "Secrets read [REDACTED]: keys that hold one by their kind or their name, and whatever comes from the environment or a file.",
  options: { config },
  examples: ["scrim gateway print-config --config gateway.yaml"],
  load: () => import("../run/gateway-print-config.ts"),
};
