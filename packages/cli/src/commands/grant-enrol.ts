import type { CommandDefinition } from "../command.ts";
import { STORE_OPTION } from "../shared-options.ts";

export const grantEnrolCommand: CommandDefinition = {
  name: "grant enrol",
  summary: "Enrols a service's public key, so that grants can be given to it.",
  details: [
    "A service may have several keys at once. To rotate: enrol the new key, give it to all processes, then --remove the old one.",
    "A service without keys is enrolled no more.",
  ].join("\n"),
  options: {
    service: { value: "NAME", meaning: "service.name of the service.", required: true },
    environment: { value: "NAME", meaning: "Its deployment.environment.name.", required: true },
    key: { value: "FILE", meaning: "Its public key, of scrim grant keygen service.", multiple: true },
    remove: { value: "ID", meaning: "Id of a key that is taken away.", multiple: true },
    store: STORE_OPTION,
  },
  examples: [
    "scrim grant enrol --service checkout --environment production --key checkout.pub",
    "scrim grant enrol --service checkout --environment production --remove 0123456789abcdef",
  ],
  load: () => import("../run/grant-enrol.ts"),
};
