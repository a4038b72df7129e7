import { OperatingError } from "@scrim/errors";
import {
  type ComponentTable,
  checkConfig,
  checkGraph,
  componentTable,
  parseConfig,
  planGraph,
} from "@scrim/pipeline";
import { COMPONENTS } from "../../../packages/gateway/src/components.ts";
import { mutateBytes } from "../mutate/bytes.ts";
import { mutateLines } from "../mutate/lines.ts";
import { wordsOf } from "../mutate/words.ts";
import { mutateYaml } from "../mutate/yaml.ts";
import { YAML_WORDS } from "../mutate/yaml-words.ts";
import { must, type Parser, scale } from "../parser.ts";

/** What an environment variable holds, which no error may tell. */
const SECRET = "s3cr3t-0f-the-environment";
const ENVIRONMENT = { SECRET, PORT: "4318", EMPTY: "" };

const MINIMAL = `receivers: { otlp: {} }
processors: { policy: {} }
exporters: { debug: {} }
service:
  pipelines:
    logs: { receivers: [otlp], processors: [policy], exporters: [debug] }
`;

const FULL = `receivers:
  otlp:
    protocols:
      http:
        endpoint: 127.0.0.1:\${env:PORT}
        max_request_body_size: 1MiB
        read_timeout: 30s
processors:
  policy:
    policy: { version: 1, unknown: mask }
  verbose_capture:
    audience: { service: gateway, environment: production }
    url: https://access.example
    trusted: [signing.pub]
    key: [gateway.key]
    hold: 10s
  probabilistic_sampler:
    sampling_percentage: 12.5
exporters:
  otlphttp/first:
    endpoint: https://sink.example:4318
    headers: { authorization: "Bearer \${env:SECRET}" }
    retry_on_failure: { initial_interval: 1s, max_elapsed_time: 4s }
  otlphttp/second: { endpoint: "http://127.0.0.1:\${env:MISSING:-4318}", timeout: 5s }
  debug: { verbosity: detailed }
extensions:
  health_check: { endpoint: "127.0.0.1:0" }
service:
  extensions: [health_check]
  telemetry: { metrics: { level: normal, address: "127.0.0.1:0" } }
  pipelines:
    logs: { receivers: [otlp], processors: [verbose_capture, policy], exporters: [otlphttp/first, debug] }
    traces/a: &a { receivers: [otlp], processors: [probabilistic_sampler, policy], exporters: [otlphttp/second] }
    metrics: *a
`;

/** All that is wrong with one, as `scrim gateway validate` says it. */
function check(text: string, table: ComponentTable): string {
  const { config, problems } = checkConfig(text, { environment: ENVIRONMENT });
  const ofGraph = config === undefined ? [] : checkGraph(config, table).problems;
  must(config !== undefined || problems.length > 0, "what can't be read has a problem");
  for (const { line, hint } of [...problems, ...ofGraph])
    must(!`${line} ${hint ?? ""}`.includes(SECRET), "no problem tells what a variable holds");
  return `${config === undefined} ${scale(problems.length)} ${scale(ofGraph.length)}`;
}

/** Configurations: an error with a code or a plan, nothing else touched, no secret told, nothing left unredacted. */
export const gatewayConfig: Parser = {
  name: "gateway-config",
  covers:
    "`parseConfig`, `planGraph`, and of every other input `checkConfig`, `checkGraph`, over all components of the gateway",
  goal: 100_000,
  short: 600,
  seeds: [MINIMAL, FULL].map((text) => ({ variant: "yaml", bytes: Buffer.from(text) })),
  mutators: [
    mutateYaml,
    mutateYaml,
    mutateLines,
    wordsOf([...YAML_WORDS, "$" + "{env:SECRET}", "otlphttp"]),
    mutateBytes,
  ],
  quotesNothing: false,
  open() {
    const table = componentTable(COMPONENTS);
    return {
      run({ bytes }) {
        if (bytes.length % 2 === 0) return check(bytes.toString(), table);
        try {
          const config = parseConfig(bytes.toString(), ENVIRONMENT);
          const { pipelines, extensions, warnings } = planGraph(config, table);
          for (const { processors, unredacted } of pipelines) {
            const isRedacted = processors.some(({ definition }) => definition.type === "policy");
            must(
              isRedacted || (unredacted && config.service.allow_unredacted),
              "nothing leaves unredacted unsaid",
            );
          }
          must(!warnings.join().includes(SECRET), "no warning tells what a variable holds");
          return `${pipelines.length} ${extensions.length} ${scale(warnings.length)}`;
        } catch (error) {
          if (error instanceof OperatingError)
            must(
              !`${error.line} ${error.hint ?? ""}`.includes(SECRET),
              "no error tells what a variable holds",
            );
          throw error;
        } finally {
          must(Object.keys(Object.prototype).length === 0, "no prototype is changed");
        }
      },
    };
  },
};
