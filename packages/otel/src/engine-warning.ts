import { diag } from "@opentelemetry/api";
import { expressionEngineWarning } from "@scrim/redact";

let isChecked = false;

/** Tells the SDK's own log, once, where redaction is slower than it could be. @throws {OperatingError} `ENGINE_UNAVAILABLE` */
export function warnOfEngine(): void {
  if (isChecked) return;
  const warning = expressionEngineWarning();
  isChecked = true;
  if (warning !== undefined) diag.warn(`scrim: ${warning}`);
}
