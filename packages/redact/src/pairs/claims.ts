import { isDeepStrictEqual } from "node:util";
import type { Finding } from "@scrim/detect";
import type { Plan } from "@scrim/policy";
import type { KeyedPart } from "./pair-reader.ts";

/** What of a text a key decides, and which findings are left to be decided on their own. */
export interface Claims {
  readonly parts: readonly KeyedPart[];
  readonly findings: readonly Finding[];
}

/**
 * Divides a text between its pairs and its findings. A value takes the findings inside it, and grows by one that
 * reaches out of it: `card=4111 1111 1111 1111`. A finding that covers the whole value and gets the very action
 * that its key asks for stands instead, since it says more: `[REDACTED:email]`.
 */
export function claimsOf(
  parts: readonly KeyedPart[],
  findings: readonly Finding[],
  actions: Plan["findings"],
): Claims {
  if (parts.length === 0) return { parts, findings };
  const keptParts: KeyedPart[] = [];
  const keptFindings: Finding[] = [];
  let at = 0;
  for (const part of parts) {
    let { start, end } = part;
    while (at < findings.length && findings[at]!.end <= start) keptFindings.push(findings[at++]!);
    const previous = Math.max(keptFindings.at(-1)?.end ?? 0, keptParts.at(-1)?.end ?? 0);
    if (previous >= end) continue;
    const inside: Finding[] = [];
    while (at < findings.length && findings[at]!.start < end) {
      const finding = findings[at++]!;
      inside.push(finding);
      start = Math.min(start, finding.start);
      end = Math.max(end, finding.end);
    }
    const [first] = inside;
    const isOnly = inside.length === 1 && saysMore(first!, part, actions);
    const isCut = part.entry === undefined && (start < part.start || end > part.end); // no JSON any more
    if (first !== undefined && (isOnly || isCut))
      keptFindings.push({ ...first, start: Math.max(start, previous), end });
    else keptParts.push({ ...part, start: Math.max(start, previous), end });
  }
  keptFindings.push(...findings.slice(at));
  return { parts: keptParts, findings: keptFindings };
}

function saysMore(
  finding: Finding,
  { start, end, entry, written }: KeyedPart,
  actions: Plan["findings"],
): boolean {
  if (entry === undefined || written === "percent" || finding.start > start || finding.end < end)
    return false;
  const { decision } = entry;
  const isSame = finding.detector.class === decision.class && decision.origin.kind !== "rule";
  return isSame && isDeepStrictEqual(actions.get(finding.detector.id), decision.action);
}
