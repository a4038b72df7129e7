import { readFileSync } from "node:fs";
import { startGateway } from "@scrim/gateway";
import { expect, test } from "vitest";
import minimumSeverity from "./minimum-severity.ts";

const README = readFileSync(new URL("README.md", import.meta.url), "utf8");

test("the README's session: of two records the one that is severe enough is printed, redacted", async () => {
  const printed: string[] = [];
  const free = "127.0.0.1:0";
  const gateway = await startGateway({
    config: readFileSync(new URL("gateway.yaml", import.meta.url), "utf8"),
    baseDir: import.meta.dirname,
    environment: { SCRIM_ENDPOINT: free, SCRIM_HEALTH: free, SCRIM_METRICS: free },
    print: (text) => printed.push(text),
  });
  const body = /-d '([^']*)'/.exec(README)?.[1] ?? "";
  const response = await fetch(`http://${gateway.endpoints["receivers.otlp"]?.http}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const metrics = await (await fetch(gateway.metricsUrl ?? "")).text();
  await gateway.shutdown();
  expect(response.status).toBe(200);
  expect(printed.join("")).toContain("payment failed: [REDACTED:email]");
  expect(printed.join("")).not.toContain("signed in");
  expect(metrics).toContain('scrim_pipeline_dropped_items_total{pipeline="logs",reason="filtered"} 1');
});

test("it may stand behind the policy", () => {
  expect(minimumSeverity.capabilities.adds_text).toBe(false);
});
