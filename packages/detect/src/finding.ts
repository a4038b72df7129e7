import type { Confidence, DetectorDefinition } from "./detector.ts";

/** A stretch of the scanned text, in bytes, and the detector that vouches for it. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly detector: DetectorDefinition;
}

const CONFIDENCE_RANK: Readonly<Record<Confidence, number>> = { certain: 2, likely: 1, possible: 0 };

/**
 * Sorts findings and joins those that overlap. The joined one covers them all, so that no byte which any
 * detector claimed is left, and carries the strongest detector: a credential before anything else (masking a
 * password the way e-mails are masked would show part of it), then the more confident, the longer, the earlier.
 */
export function mergeOverlaps(findings: readonly Finding[]): readonly Finding[] {
  const sorted = findings.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const merged: Finding[] = [];
  let strongest: Finding | undefined;
  for (const finding of sorted) {
    const last = merged.at(-1);
    if (last === undefined || strongest === undefined || finding.start >= last.end) {
      merged.push(finding);
      strongest = finding;
      continue;
    }
    if (isStronger(finding, strongest)) strongest = finding;
    merged[merged.length - 1] = {
      start: last.start,
      end: Math.max(last.end, finding.end),
      detector: strongest.detector,
    };
  }
  return merged;
}

function isStronger(a: Finding, b: Finding): boolean {
  const credential = Number(a.detector.class === "credential") - Number(b.detector.class === "credential");
  if (credential !== 0) return credential > 0;
  const confidence = CONFIDENCE_RANK[a.detector.confidence] - CONFIDENCE_RANK[b.detector.confidence];
  if (confidence !== 0) return confidence > 0;
  return a.end - a.start > b.end - b.start;
}
