import { compilePolicy, lintPolicy, loadPolicy } from "@scrim/policy";
import type { CommandInput, CommandStreams } from "../command.ts";
import { counted } from "../counted.ts";

export async function run({ operands }: CommandInput, { stdout }: CommandStreams): Promise<number> {
  const loaded = loadPolicy(operands);
  const plan = compilePolicy(loaded.documents, loaded);
  const warnings = loaded.warnings.length + lintPolicy(loaded.documents).length;
  const detectors = plan.scanner.detectors.length;
  const more = warnings === 0 ? "" : ` (scrim policy lint ${operands.join(" ")})`;
  stdout.write(
    `ok: ${plan.name}: ${counted(operands.length, "layer")}, ${counted(detectors, "detector")}, ${counted(warnings, "warning")}${more}\n`,
  );
  return 0;
}
