import { readFileSync } from "node:fs";
import { OperatingError } from "@scrim/errors";
import { comparePolicies, type PolicyDifference, parsePolicy, weakens } from "@scrim/policy";
import type { CommandInput, CommandStreams } from "../command.ts";
import { counted } from "../counted.ts";
import { codeOf } from "../grants/private-file.ts";

export async function run({ operands, options }: CommandInput, { stdout }: CommandStreams): Promise<number> {
  const [before, after] = operands.map((file) => parsePolicy(textOf(file), file));
  const differences = comparePolicies([before!], [after!]);
  const isWeaker = weakens(differences);
  if (options.json === true) stdout.write(`${JSON.stringify({ weakens: isWeaker, differences }, null, 2)}\n`);
  else stdout.write(differencesText(differences));
  return isWeaker ? 1 : 0;
}

/** Without the keys that it names: nobody who compares policies need have them. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new OperatingError("CONFIG_UNREADABLE", `can't read the policy (${codeOf(cause)})`, {
      path: file,
      cause,
    });
  }
}

function differencesText(differences: readonly PolicyDifference[]): string {
  const lines = differences.map(
    ({ path, change, before = "nothing", after = "nothing" }) => `${change}: ${path}: ${before} → ${after}`,
  );
  const weaker = differences.filter(({ change }) => change === "weaker").length;
  return `${[...lines, `${counted(differences.length, "difference")}, ${weaker} weaker`].join("\n")}\n`;
}
