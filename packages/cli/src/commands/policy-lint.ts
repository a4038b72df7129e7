import type { CommandDefinition } from "../command.ts";

export const policyLintCommand: CommandDefinition = {
  name: "policy lint",
  summary: "Says what in policy files is probably not meant, and measures their own detectors.",
  details: [
    "Rules and keys that never decide, kept credentials, aliases of nothing, detectors that match too much, and more.",
    "Several files are layers, base first. Exit code 1 where there is a warning.",
  ].join("\n"),
  operands: { usage: "FILE...", min: 1, max: 16 },
  options: {},
  examples: ["scrim policy lint policy.yaml", "scrim policy lint base.yaml team.yaml"],
  matchesText: true,
  load: () => import("../run/policy-lint.ts"),
};
