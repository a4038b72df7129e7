import { compilePolicy, defaultPlan, loadPolicy, type Plan } from "@scrim/policy";
import { type CommandInput, optionList } from "./command.ts";

export function planOf(input: CommandInput): Plan {
  const files = optionList(input, "policy");
  if (files.length === 0) return defaultPlan();
  const loaded = loadPolicy(files);
  return compilePolicy(loaded.documents, loaded);
}
