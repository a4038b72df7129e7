import type { CommandDefinition } from "../command.ts";

export const policyCheckCommand: CommandDefinition = {
  name: "policy check",
  summary: "Checks that policy files can be used.",
  details:
    "Several files are layers, base first. Exit code 1 where the policy can't be used. Warnings are counted; `scrim policy lint` names them.",
  operands: { usage: "FILE...", min: 1, max: 16 },
  options: {},
  examples: ["scrim policy check policy.yaml", "scrim policy check base.yaml team.yaml"],
  matchesText: true,
  load: () => import("../run/policy-check.ts"),
};
