import { OperatingError } from "@scrim/errors";
import type { CommandInput, CommandStreams } from "../command.ts";
import { changeStore, type GrantState, type StoredGrant, stateOf } from "../grants/grant-store.ts";
import { storeOf } from "../grants/store-option.ts";
import { isoOf, nowSeconds } from "../grants/time-text.ts";

export async function run(input: CommandInput, { stdout }: CommandStreams): Promise<number> {
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
}
