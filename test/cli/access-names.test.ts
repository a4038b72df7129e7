import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GRANT_STATES, POLICY_STATES, REQUEST_STATES } from "@scrim/access/client";
import { expect, test } from "vitest";
import { ROLES } from "../../packages/cli/src/commands/access-init.ts";
import { GRANT_STATE_NAMES, REQUEST_STATE_NAMES } from "../../packages/cli/src/commands/access-read.ts";
import { POLICY_STATE_NAMES } from "../../packages/cli/src/commands/policy-central.ts";
import { ROOT } from "../packages/workspace.ts";

/* Help names what the control plane has, without loading it. */

test("states are those of the interface", () => {
  expect(REQUEST_STATE_NAMES).toEqual(REQUEST_STATES);
  expect(GRANT_STATE_NAMES).toEqual(GRANT_STATES);
  expect(POLICY_STATE_NAMES).toEqual(POLICY_STATES);
});

test("roles are those of scrim's own policies", () => {
  const policies = readFileSync(join(ROOT, "packages/access/policies/roles.cedar"), "utf8");
  const named = [...policies.matchAll(/roles\.contains\("(\w+)"\)/g)].map(([, role]) => role!);
  expect([...new Set(named)].toSorted()).toEqual(ROLES.toSorted());
});
