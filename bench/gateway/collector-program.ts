import assert from "node:assert";
import { DETECTORS } from "@scrim/detect";
import type { GatewayProgram } from "./measured-gateway.ts";
import { ruleKeys } from "./rules.ts";
import type { Setup } from "./scrim-program.ts";

/** Which of Scrim's detectors the redaction processor is given the expressions of. */
export type Blocked = "ten" | "all";

/** The kinds that its documentation and most configurations of it have. */
const TEN = [
  "email",
  "credit_card",
  "ipv4",
  "iban",
  "jwt",
  "us_ssn",
  "password",
  "http_bearer",
  "url_credentials",
  "aws_access_key",
];

/** Expressions for `blocked_values`; those of Scrim are in RE2's syntax, which is Go's. Validators and context words have no place there. */
function blockedValues(blocked: Blocked): string[] {
  const chosen = blocked === "all" ? DETECTORS : DETECTORS.filter(({ id }) => TEN.includes(id));
  assert(blocked === "all" || chosen.length === TEN.length, "a detector has another name now");
  return chosen.map(({ pattern }) => pattern);
}

/** `ruleKeys` as `blocked_key_patterns`. */
function blockedKeys(rules: number): string[] {
  return ruleKeys(rules).map((key) => `^${key.replaceAll(".", "\\.").replaceAll("*", "[^.]*")}$`);
}

/** Where a Collector listens: it can't be told to say which ports it was given. */
const PORTS = { http: 24318, grpc: 24317, metrics: 28888 };

/** An OpenTelemetry Collector with its redaction processor, on one core as Scrim is. */
export function collectorProgram(
  binary: string,
  blocked: Blocked,
  { protocol, encoding, rules }: Setup,
  sinkPort: number,
): GatewayProgram {
  const exporter = protocol === "http" ? "otlphttp" : "otlp";
  const config = {
    receivers: {
      otlp: {
        protocols: {
          http: { endpoint: `127.0.0.1:${PORTS.http}` },
          grpc: { endpoint: `127.0.0.1:${PORTS.grpc}` },
        },
      },
    },
    processors: {
      redaction: {
        allow_all_keys: true,
        blocked_values: blockedValues(blocked).map(dollarsKept),
        blocked_key_patterns: blockedKeys(rules).map(dollarsKept),
        summary: "silent",
      },
    },
    exporters: {
      [exporter]: {
        endpoint: protocol === "http" ? `http://127.0.0.1:${sinkPort}` : `127.0.0.1:${sinkPort}`,
        compression: encoding,
        tls: { insecure: true },
      },
    },
    service: {
      telemetry: {
        logs: { level: "info" },
        metrics: {
          readers: [{ pull: { exporter: { prometheus: { host: "127.0.0.1", port: PORTS.metrics } } } }],
        },
      },
      pipelines: { logs: { receivers: ["otlp"], processors: ["redaction"], exporters: [exporter] } },
    },
  };
  return {
    config: JSON.stringify(config, undefined, 2),
    command: (file) => [binary, "--config", file],
    env: { GOMAXPROCS: "1" },
    ready: (output) => (output.includes("Everything is ready") ? PORTS : undefined),
  };
}

/** A `$` begins a variable in its configuration. */
function dollarsKept(pattern: string): string {
  return pattern.replaceAll("$", "$$$$");
}
