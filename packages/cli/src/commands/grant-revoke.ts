import { OperatingError } from "@scrim/errors";
import type { CommandDefinition } from "../command.ts";
import { changeStore, type GrantState, type StoredGrant, stateOf } from "../grants/grant-store.ts";
import { STORE_OPTION, storeOf } from "../grants/store-option.ts";
import { isoOf, nowSeconds } from "../grants/time-text.ts";

export const grantRevokeCommand: CommandDefinition = {
  name: "grant revoke",
  summary: "Ends a grant at once.",
  details:
    "Services that listen to a server on this store hear of it within a second. One that can't be reached goes on until its bundle ends, a minute at most.",
  operands: { usage: "ID", min: 1, max: 1 },
  options: { store: STORE_OPTION },
  examples: ["scrim grant revoke 00112233aabbccdd"],
  async run(input, { stdout }) {
    const [id] = input.operands;
    const nowS = nowSeconds();
    let before: GrantState | undefined;
    let ended = 0;
    await changeStore(storeOf(input), nowS, (store) => {
      const stored = store.grants.find(({ grant }) => grant.id === id);
      if (stored === undefined) {
        throw new OperatingError("INPUT_INVALID", "no grant here has this id", {
          hint: "scrim grant list names them",
        });
      }
      before = stateOf(stored, nowS);
      if (before === "expired" || before === "revoked") {
        ended = stored.revoked_at ?? stored.grant.expires_at;
        return store;
      }
      const revoked: StoredGrant = { ...stored, revoked_at: nowS };
      return { ...store, grants: store.grants.map((each) => (each === stored ? revoked : each)) };
    });
    stdout.write(
      ended > 0 ? `grant ${id} was ${before} at ${isoOf(ended)} already\n` : `grant ${id} is revoked\n`,
    );
    return 0;
  },
};
