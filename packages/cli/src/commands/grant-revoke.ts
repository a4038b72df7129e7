import type { CommandDefinition } from "../command.ts";
import { STORE_OPTION } from "../shared-options.ts";

export const grantRevokeCommand: CommandDefinition = {
  name: "grant revoke",
  summary: "Ends a grant at once.",
  details:
    "Services that listen to a server on this store hear of it within a second. One that can't be reached goes on until its bundle ends, a minute at most.",
  operands: { usage: "ID", min: 1, max: 1 },
  options: { store: STORE_OPTION },
  examples: ["scrim grant revoke 00112233aabbccdd"],
  load: () => import("../run/grant-revoke.ts"),
};
