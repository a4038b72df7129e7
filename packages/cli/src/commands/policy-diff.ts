import type { CommandDefinition } from "../command.ts";

export const policyDiffCommand: CommandDefinition = {
  name: "policy diff",
  summary: "Says what changes where one policy takes the place of another, and whether it lets more leave.",
  details: [
    "weaker: more leaves, or may: what can't be compared is weaker. stronger: certainly no more leaves. other: nothing changes.",
    "Keys are not read. Exit code 1 where the policy weakens.",
  ].join("\n"),
  operands: { usage: "OLD NEW", min: 2, max: 2 },
  options: { json: { meaning: "Writes JSON." } },
  examples: [
    "scrim policy diff policy.yaml proposed.yaml",
    "scrim policy diff policy.yaml proposed.yaml --json",
  ],
  matchesText: true,
  load: () => import("../run/policy-diff.ts"),
};
