import { CLIENT_OPTIONS } from "../access/client-options.ts";
import type { CommandDefinition } from "../command.ts";

export const accessEnrolCommand: CommandDefinition = {
  name: "access enrol",
  summary: "Enrols a service's public key, so that access to the service can be granted.",
  details: [
    "A service may have several keys at once. To rotate: enrol the new key, give it to all processes, then --remove the old one.",
    "A service without keys is enrolled no more.",
  ].join("\n"),
  options: {
    service: { value: "NAME", meaning: "service.name of the service.", required: true },
    environment: { value: "NAME", meaning: "Its deployment.environment.name.", required: true },
    "public-key": {
      value: "FILE",
      meaning: "Its public key, of scrim grant keygen service.",
      multiple: true,
    },
    remove: { value: "ID", meaning: "Id of a key that is taken away.", multiple: true },
    ...CLIENT_OPTIONS,
  },
  examples: [
    "scrim access enrol --service checkout --environment production --public-key checkout.pub",
    "scrim access enrol --service checkout --environment production --remove 0123456789abcdef",
  ],
  load: () => import("../run/access-enrol.ts"),
};
