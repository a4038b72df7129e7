import type { Plan } from "@scrim/policy";
import { createRedactor, type Redaction } from "../src/index.ts";
import { planOf } from "./plans.ts";

/** Redacts texts under one plan, and holds each result to being what the next redactor leaves alone. */
export function redactTexts(plan: Plan = planOf("")) {
  const redactor = createRedactor(plan);
  return (text: Buffer | string, key?: string): Redaction & { readonly text: string } => {
    const bytes = Buffer.from(text as string);
    const redaction = redactor.redactText(bytes, key);
    const again = redactor.redactText(redaction.bytes, key);
    if (!again.bytes.equals(redaction.bytes)) {
      throw new Error(`not a fixed point: ${redaction.bytes} becomes ${again.bytes}`);
    }
    return { ...redaction, text: redaction.bytes.toString() };
  };
}

/** `12 redacted/mask, …`: what was counted, in one line. */
export function counted({ counts }: Redaction): string {
  const entries = [...counts.redacted, ...counts.withheld].map(([name, n]) => `${n} ${name}`);
  if (counts.dropped_fields > 0) entries.push(`${counts.dropped_fields} dropped`);
  if (counts.merged_series > 0) entries.push(`${counts.merged_series} merged`);
  if (counts.type_changes > 0) entries.push(`${counts.type_changes} type changes`);
  return entries.join(", ");
}
