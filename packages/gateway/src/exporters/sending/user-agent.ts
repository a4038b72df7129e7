import { VERSION } from "../../version.ts";

/** https://opentelemetry.io/docs/specs/otel/protocol/exporter/#user-agent */
export const USER_AGENT = `Scrim/${VERSION} OTel-OTLP-Exporter-JavaScript/${VERSION}`;
