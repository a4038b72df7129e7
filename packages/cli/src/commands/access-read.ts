import { CLIENT_OPTIONS } from "../access/client-options.ts";
import type { CommandDefinition } from "../command.ts";

/* What there is, as far as the caller may see it. */

/** As in the interface, which help does without. */
export const REQUEST_STATE_NAMES = ["pending", "approved", "denied", "cancelled", "timed_out"] as const;
export const GRANT_STATE_NAMES = ["scheduled", "active", "expired", "revoked", "exhausted"] as const;

export const accessListCommand: CommandDefinition = {
  name: "access list",
  summary: "Lists requests that you may see, oldest first.",
  options: {
    state: { value: "STATE", meaning: "Only these.", choices: REQUEST_STATE_NAMES },
    ...CLIENT_OPTIONS,
  },
  examples: ["scrim access list --state pending", "scrim access list --json | jq -r .id"],
  load: async () => ({ run: (await import("../run/access-list.ts")).listRequests }),
};

export const accessGrantsCommand: CommandDefinition = {
  name: "access grants",
  summary: "Lists grants that you may see, oldest first.",
  options: {
    state: { value: "STATE", meaning: "Only these.", choices: GRANT_STATE_NAMES },
    ...CLIENT_OPTIONS,
  },
  examples: ["scrim access grants --state active"],
  load: async () => ({ run: (await import("../run/access-list.ts")).listGrants }),
};

export const accessServicesCommand: CommandDefinition = {
  name: "access services",
  summary: "Lists services that are enrolled.",
  options: CLIENT_OPTIONS,
  examples: ["scrim access services"],
  load: async () => ({ run: (await import("../run/access-list.ts")).listServices }),
};

export const accessShowCommand: CommandDefinition = {
  name: "access show",
  summary: "Shows all of a request or grant: what who decides on it has to know, and what was decided.",
  operands: { usage: "ID", min: 1, max: 1 },
  options: { wait: { meaning: "Waits until a request is decided." }, ...CLIENT_OPTIONS },
  examples: ["scrim access show req-69219c3e00112233", "scrim access show 00112233aabbccdd"],
  load: () => import("../run/access-show.ts"),
};

export const accessWhoamiCommand: CommandDefinition = {
  name: "access whoami",
  summary: "Says who you are, as the control plane knows you.",
  options: CLIENT_OPTIONS,
  examples: ["scrim access whoami"],
  load: () => import("../run/access-whoami.ts"),
};
