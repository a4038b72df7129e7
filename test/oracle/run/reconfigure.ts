import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { PolicyInForce } from "../evidence.ts";
import { type GatewayPlan, gatewayConfig } from "../gateway/config.ts";
import type { GatewayProcess } from "../gateway/gateway-process.ts";
import { withHashBelow } from "../gateway/hash-below.ts";
import { scrape } from "../gateway/scrape.ts";
import type { ConfigChange } from "../plan.ts";
import { configFileOf, type Run, spoolOf } from "./run.ts";

/** How often a gateway is asked whether it has a new configuration; a storm of faults may keep it from answering. */
const CONFIRMATIONS_MAX = 100;

interface WrittenConfig {
  readonly inForce: PolicyInForce;
  readonly hash: number;
}

/** Writes the gateway's configuration with something changed. */
export function writeConfig(run: Run, change: Partial<GatewayPlan>): WrittenConfig {
  run.config = { ...run.config, ...change };
  const plain = gatewayConfig(run.config, {
    hosts: run.hosts,
    ports: run.ports,
    destinations: run.destinations.map(({ way }) => way.port),
    spool: spoolOf(run),
  });
  const { text, hash } = withHashBelow(plain, run.writes++);
  run.configHash = hash;
  replaceFile(configFileOf(run), text);
  const inForce = {
    name: run.config.policy,
    written_ms: performance.now(),
    confirmed_ms: Number.POSITIVE_INFINITY,
  };
  run.policies.push(inForce);
  return { inForce, hash };
}

/** A reader sees the old text or the new one. */
function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** Changes the configuration as told, and says so to the gateway. What it returns has the good one there again. */
export async function reconfigure(
  run: Run,
  gateway: GatewayProcess,
  metricsPort: number,
  change: ConfigChange,
): Promise<() => Promise<void>> {
  switch (change.kind) {
    case "same":
      for (let sent = 0; sent < change.signals; sent++) gateway.signal("SIGHUP");
      return async () => {};
    case "policy":
    case "exporter": {
      const { kind, ...settings } = change;
      const written = writeConfig(run, settings);
      gateway.signal("SIGHUP");
      void confirm(run, written, metricsPort);
      return async () => {};
    }
    case "invalid": {
      const good = readFileSync(configFileOf(run), "utf8");
      replaceFile(configFileOf(run), good.replace('"policy"', '"no_such_processor"'));
      gateway.signal("SIGHUP");
      return async () => {
        // Another change may have been written in the meantime.
        if (readFileSync(configFileOf(run), "utf8").includes("no_such_processor"))
          replaceFile(configFileOf(run), good);
      };
    }
  }
}

/** Waits until the gateway says that it goes by a configuration: the hash of its text is among the metrics. */
async function confirm({ hosts }: Run, { inForce, hash }: WrittenConfig, metricsPort: number): Promise<void> {
  for (let asked = 0; asked < CONFIRMATIONS_MAX; asked++) {
    const seen = await scrape(hosts.pages, metricsPort);
    if (seen === undefined) return;
    if (seen.sum("scrim_config_hash") === hash) {
      inForce.confirmed_ms = performance.now();
      return;
    }
    await sleep(30);
  }
}
