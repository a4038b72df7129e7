import { compilePolicy, defaultPlan, loadPolicy, type Plan } from "@scrim/policy";
import { type CommandInput, type OptionDefinition, optionList } from "./command.ts";

export const POLICY_OPTION: OptionDefinition = {
  value: "FILE",
  meaning:
    "Policy file; several are layers, of which the most restrictive wins. Without one, the default policy.",
  short: "p",
  multiple: true,
};

export function planOf(input: CommandInput): Plan {
  const files = optionList(input, "policy");
  if (files.length === 0) return defaultPlan();
  const loaded = loadPolicy(files);
  return compilePolicy(loaded.documents, loaded);
}
