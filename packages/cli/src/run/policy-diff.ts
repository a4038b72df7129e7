import { comparePolicies, type PolicyDifference, parsePolicy, weakens } from "@scrim/policy";
import type { CommandInput, CommandStreams } from "../command.ts";
import { counted } from "../counted.ts";
import { differenceLine } from "../policy/difference-line.ts";
import { policyText } from "../policy/policy-text.ts";

export async function run({ operands, options }: CommandInput, { stdout }: CommandStreams): Promise<number> {
  const [before, after] = operands.map((file) => parsePolicy(policyText(file), file));
  const differences = comparePolicies([before!], [after!]);
  const isWeaker = weakens(differences);
  if (options.json === true) stdout.write(`${JSON.stringify({ weakens: isWeaker, differences }, null, 2)}\n`);
  else stdout.write(differencesText(differences));
  return isWeaker ? 1 : 0;
}

function differencesText(differences: readonly PolicyDifference[]): string {
  const weaker = differences.filter(({ change }) => change === "weaker").length;
  const sum = `${counted(differences.length, "difference")}, ${weaker} weaker`;
  return `${[...differences.map(differenceLine), sum].join("\n")}\n`;
}
