import { compilePolicy, lintPolicy, loadPolicy } from "@scrim/policy";
import type { CommandDefinition } from "../command.ts";
import { counted } from "../counted.ts";

export const policyCheckCommand: CommandDefinition = {
  name: "policy check",
  summary: "Checks that policy files can be used.",
  details:
    "Several files are layers, base first. Exit code 1 where the policy can't be used. Warnings are counted; `scrim policy lint` names them.",
  operands: { usage: "FILE...", min: 1, max: 16 },
  options: {},
  examples: ["scrim policy check policy.yaml", "scrim policy check base.yaml team.yaml"],
  async run({ operands }, { stdout }) {
    const loaded = loadPolicy(operands);
    const plan = compilePolicy(loaded.documents, loaded);
    const warnings = loaded.warnings.length + lintPolicy(loaded.documents).length;
    const detectors = plan.scanner.detectors.length;
    const more = warnings === 0 ? "" : ` (scrim policy lint ${operands.join(" ")})`;
    stdout.write(
      `ok: ${plan.name}: ${counted(operands.length, "layer")}, ${counted(detectors, "detector")}, ${counted(warnings, "warning")}${more}\n`,
    );
    return 0;
  },
};
