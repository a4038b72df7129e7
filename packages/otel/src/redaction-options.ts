import type { MeterProvider } from "@opentelemetry/api";
import { warnOfEngine } from "./engine-warning.ts";
import { type PolicyOption, type PolicySource, sourceOf } from "./policy-source.ts";
import { type RedactionTelemetry, telemetryOf } from "./redaction-telemetry.ts";

/** What every plug-in takes. */
export interface RedactionOptions {
  /** The policy: compiled, by the path of its file, watched, or from the control plane; the default one unless given. */
  readonly policy?: PolicyOption;
  /** Gets the `scrim.redaction.*` metrics; the global one unless given. */
  readonly meterProvider?: MeterProvider;
}

/** What redaction needs: a policy, and whom to tell. */
export interface RedactionSetup {
  readonly policy: PolicySource;
  readonly telemetry: RedactionTelemetry;
}

/**
 * @throws {OperatingError} where `policy` names a file that can't be read or is no policy, and where `SCRIM_EXPRESSIONS` asks
 *   for an engine that can't be loaded
 */
export function setUpRedaction({ policy, meterProvider }: RedactionOptions): RedactionSetup {
  warnOfEngine();
  const source = sourceOf(policy);
  const telemetry = telemetryOf(meterProvider);
  if (source.central !== undefined) telemetry.follow(source.central);
  return { policy: source, telemetry };
}
