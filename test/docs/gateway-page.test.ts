import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createToken } from "@scrim/access";
import { checkGatewayConfig, startGateway } from "@scrim/gateway";
import { readYaml } from "@scrim/pipeline";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../packages/workspace.ts";

const PAGE = readFileSync(join(ROOT, "docs/gateway.md"), "utf8");

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "scrim-page-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  const [, config = ""] = /```yaml\n([\s\S]*?)```/.exec(PAGE) ?? [];
  writeFileSync(join(made, "gateway.yaml"), config);
  writeFileSync(join(made, "policy.yaml"), "version: 1\n");
  writeFileSync(join(made, "bank.yaml"), "version: 1\nclasses: { location: drop }\n");
  writeFileSync(join(made, "clients.tokens"), `${createToken("checkout").line}\n`, { mode: 0o600 });
  return made;
}

test("the configuration of docs/gateway.md is one that a gateway would start with", async () => {
  expect(await checkGatewayConfig({ configFile: join(folder(), "gateway.yaml") })).toEqual({
    problems: [],
    warnings: [],
  });
});

test("the metrics that docs/gateway.md tells to watch are there", async () => {
  const baseDir = folder();
  const config = readYaml(readFileSync(join(baseDir, "gateway.yaml"), "utf8")) as Record<string, object>;
  const protocols = { grpc: { endpoint: "127.0.0.1:0" }, http: { endpoint: "127.0.0.1:0" } };
  const gateway = await startGateway({
    baseDir,
    config: {
      ...config,
      receivers: { otlp: { protocols } },
      service: { ...config.service, extensions: [], telemetry: { metrics: { address: "127.0.0.1:0" } } },
    },
    log: { info: () => {}, warn: () => {} },
  });
  onTestFinished(() => gateway.shutdown());
  const named = [...PAGE.matchAll(/`(scrim_[a-z_]+?)(?:_total)?(?:\{\w+\})?`/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(10);
  const defined = definedMetrics();
  expect(named.filter((name) => !defined.has(name))).toEqual([]);
  expect(gateway.metrics.exposition()).toContain("scrim_spool_capacity_bytes");
});

/** Names that the code gives metrics. */
function definedMetrics(): ReadonlySet<string> {
  const files = globSync("packages/{pipeline,gateway}/src/**/*.ts", { cwd: ROOT }).map((file) =>
    join(ROOT, file),
  );
  return new Set(
    files.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/name: "(scrim_\w+)"/g)].map(([, name]) => name!),
    ),
  );
}
