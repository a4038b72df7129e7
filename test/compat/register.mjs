/**
 * Runs in an empty project with our packed tarballs and the SDK of one major: an application without a line of ours under
 * `--import @scrim/otel/register` and `--require`, set up by variables and by a configuration file.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import * as sdk from "./sdk.mjs";

const SECRET = "jane@leak.example";

writeFileSync(
  "app.mjs",
  `import { metrics, trace } from "@opentelemetry/api";
import { logs } from "${sdk.LOGS_API}";
const SECRET = "${SECRET}";
logs.getLogger("shop").emit({ body: "mail to " + SECRET, attributes: { "user.email": SECRET } });
trace.getTracer("shop").startSpan("pay for " + SECRET, { attributes: { note: SECRET } }).end();
metrics.getMeter("shop").createCounter("orders", { description: SECRET }).add(1, { "user.email": SECRET });
`,
);

const received = [];
const server = createServer(async (request, response) => {
  received.push({ url: request.url, body: Buffer.concat(await request.toArray()) });
  response.end();
}).listen(0, "127.0.0.1");
await once(server, "listening");
const endpoint = `http://127.0.0.1:${server.address().port}`;

writeFileSync(
  "otel.yaml",
  `file_format: "1.0"
resource: { attributes: [{ name: owner.note, value: ${SECRET} }], detection/development: { detectors: [{ process: }] } }
logger_provider: { processors: [{ batch: { exporter: { otlp_http: { endpoint: "${endpoint}/v1/logs" } } } }] }
tracer_provider: { processors: [{ batch: { exporter: { otlp_http: { endpoint: "${endpoint}/v1/traces", encoding: json } } } }] }
meter_provider: { readers: [{ periodic: { exporter: { otlp_http: { endpoint: "${endpoint}/v1/metrics" } } } }] }
`,
);

for (const [flag, env] of [
  ["--import", {}],
  ["--require", { OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" }],
  ["--import", { OTEL_CONFIG_FILE: "otel.yaml" }],
]) {
  received.length = 0;
  const child = spawn(process.execPath, [flag, "@scrim/otel/register", "app.mjs", `--password=${SECRET}`], {
    env: {
      PATH: process.env.PATH,
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_RESOURCE_ATTRIBUTES: `owner.note=${SECRET}`,
      SCRIM_STRICT: "1",
      ...env,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const stderr = (await child.stderr.toArray()).join("");
  assert.equal(stderr, "", "nothing to complain about");
  const urls = received.map(({ url }) => url).sort();
  assert.deepEqual(urls, ["/v1/logs", "/v1/metrics", "/v1/traces"]);
  for (const { url, body } of received) {
    assert(!body.includes("jane@"), `no canary in ${url}`);
    assert(!body.includes("process.command_args"), `no command line in ${url}`);
    assert(body.includes("[REDACTED:"), `${url} says what was redacted`);
  }
}
server.close();
console.log(`packed: the register works with ${sdk.NAME} on Node`, process.version);
