import { type DetectorRates, measureDetector } from "@scrim/detect";
import { compilePolicy, lintPolicy, loadPolicy, type Plan, type PolicyWarning } from "@scrim/policy";
import type { CommandInput, CommandStreams } from "../command.ts";
import { counted } from "../counted.ts";

export async function run({ operands }: CommandInput, { stdout, stderr }: CommandStreams): Promise<number> {
  const loaded = loadPolicy(operands);
  const plan = compilePolicy(loaded.documents, loaded); // a policy that can't be used has errors, not warnings
  const warnings = [...loaded.warnings, ...lintPolicy(loaded.documents)];
  for (const warning of warnings) stderr.write(warningText(warning));
  const custom = new Set(
    loaded.documents.flatMap(({ settings }) => settings.detectors?.custom?.map(({ id }) => id) ?? []),
  );
  for (const line of rateLines(plan, custom)) stdout.write(`${line}\n`);
  stdout.write(
    `${plan.name}: ${counted(operands.length, "layer")}, ${counted(warnings.length, "warning")}\n`,
  );
  return warnings.length > 0 ? 1 : 0;
}

function warningText({ source, path, line, message, hint }: PolicyWarning): string {
  const place = line === undefined ? source : `${source}:${line}`;
  return `policy lint: warning: ${place}: ${path}: ${message}\npolicy lint: hint: ${hint}\n`;
}

function rateLines(plan: Plan, custom: ReadonlySet<string>): readonly string[] {
  return plan.scanner.detectors
    .filter(({ id }) => custom.has(id))
    .map((detector) => `${detector.id}: ${ratesText(measureDetector(detector))}`);
}

function ratesText({ wakes, finds }: DetectorRates): string {
  return `looks closer at ${percent(wakes)} of ordinary log lines, and finds something in ${percent(finds)}`;
}

function percent(share: number): string {
  return `${Math.round(1000 * share) / 10} %`;
}
