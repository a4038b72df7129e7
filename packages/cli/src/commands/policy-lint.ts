import { type DetectorRates, measureDetector } from "@scrim/detect";
import { compilePolicy, lintPolicy, loadPolicy, type Plan, type PolicyWarning } from "@scrim/policy";
import type { CommandDefinition } from "../command.ts";
import { counted } from "../counted.ts";

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
  async run({ operands }, { stdout, stderr }) {
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
  },
};

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
