/**
 * `node --import @scrim/otel/register app.js` starts the application's OpenTelemetry SDK with everything that leaves redacted,
 * by `OTEL_*` and `SCRIM_POLICY_FILE`. `--require` does the same.
 */
import { startScrim } from "./node-sdk/start-scrim.ts";

const STARTED = Symbol.for("scrim.otel.register");

// Once, also where a command line and NODE_OPTIONS both ask for it.
if (!(STARTED in globalThis)) {
  Object.defineProperty(globalThis, STARTED, { value: true });
  startScrim();
}
