import { type Scanner, SENSITIVITY_CLASSES } from "@scrim/detect";
import { OperatingError } from "@scrim/errors";
import { documentError, type PolicyDocument } from "./document.ts";
import { writtenActions } from "./written-actions.ts";

/**
 * Makes sure that nothing is found in the texts which Scrim itself writes, masks and replacements: the next
 * hop would change them once more.
 *
 * @throws {OperatingError} `POLICY_INVALID` for a replacement, `DETECTOR_INVALID` for a detector of masks.
 */
export function checkConstantOutputs(documents: readonly PolicyDocument[], scanner: Scanner): void {
  if (scanner.detectors.length === 0) return;
  const names = new Set([...Object.keys(SENSITIVITY_CLASSES), ...scanner.detectors.map(({ type }) => type)]);
  for (const name of names) {
    const detector = firstDetectorIn(`[REDACTED:${name}]`, scanner);
    if (detector === undefined) continue;
    throw new OperatingError(
      "DETECTOR_INVALID",
      `detector "${detector}" finds something in Scrim's own masks`,
      {
        path: "detectors.custom",
        hint: "write a pattern that does not match [REDACTED:…]",
      },
    );
  }
  for (const document of documents) {
    for (const { path, setting } of writtenActions(document)) {
      if (typeof setting === "string" || setting.replace === undefined) continue;
      const detector = firstDetectorIn(setting.replace, scanner);
      if (detector === undefined) continue;
      throw documentError("POLICY_INVALID", document, [...path, "replace"], {
        message: `detector "${detector}" finds something in this text`,
        hint: "a replacement is scanned again by the next hop and must stay as it is: write another text",
      });
    }
  }
}

function firstDetectorIn(text: string, scanner: Scanner): string | undefined {
  return scanner.scan(Buffer.from(text)).findings[0]?.detector.id;
}
