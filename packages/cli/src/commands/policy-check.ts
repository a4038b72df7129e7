import { compilePolicy, lintPolicy, loadPolicy } from "@scrim/policy";
import type { CommandDefinition } from "../command.ts";

export const policyCheckCommand: CommandDefinition = {
  name: "policy check",
  summary: "Checks policy files: that they compile, and what in them is probably not meant.",
  details:
    "Several files are layers, base first. Exit code 1 where the policy can't be used; warnings don't count.",
  operands: { usage: "FILE...", min: 1, max: 16 },
  options: { strict: { meaning: "Warnings count as errors." } },
  examples: ["scrim policy check policy.yaml", "scrim policy check base.yaml team.yaml --strict"],
  async run({ operands, options }, { stdout, stderr }) {
    const loaded = loadPolicy(operands);
    const plan = compilePolicy(loaded.documents, loaded);
    const warnings = [...loaded.warnings, ...lintPolicy(loaded.documents)];
    for (const { source, path, line, message, hint } of warnings) {
      stderr.write(
        `policy check: warning: ${source}${line === undefined ? "" : `:${line}`}: ${path}: ${message}\n`,
      );
      stderr.write(`policy check: hint: ${hint}\n`);
    }
    const detectors = plan.scanner.detectors.length;
    stdout.write(
      `ok: ${plan.name}: ${operands.length} layers, ${detectors} detectors, ${warnings.length} warnings\n`,
    );
    return options.strict === true && warnings.length > 0 ? 1 : 0;
  },
};
