import { statSync } from "node:fs";
import { diag } from "@opentelemetry/api";
import { OperatingError } from "@scrim/errors";
import type { Plan } from "@scrim/policy";
import { createRedactor } from "@scrim/redact";
import { type PolicySource, planIn } from "./policy-source.ts";

/** Polled, since notifications miss files that are replaced, on volumes of Kubernetes and on network disks. */
const INTERVAL_MS = 2_000;

export interface WatchOptions {
  /** How often to look, in milliseconds; 2,000 unless given. */
  readonly intervalMs?: number;
}

/** A policy that follows its file. */
export interface WatchedPolicy extends PolicySource {
  /** Stops watching. The plan stays. */
  close(): void;
}

/**
 * Reads a policy, and reads it again when its file changes. A new policy is compiled whole before it is in force, from one
 * record to the next. One that can't be read or is wrong leaves the old one in force, which `diag` is told. Watching keeps no process alive.
 *
 * @throws {OperatingError} where the file can't be read or is no policy at the start
 *
 * @example
 * ```ts
 * import { mkdtempSync, writeFileSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { watchPolicy } from "@scrim/otel";
 * const file = join(mkdtempSync(join(tmpdir(), "scrim-")), "policy.yaml");
 * writeFileSync(file, "version: 1\nname: shop\n");
 * const policy = watchPolicy(file); // give it to plug-ins: createRedactingLogRecordProcessor({ policy, delegate })
 * console.log(policy.plan.name); // shop
 * policy.close();
 * ```
 */
export function watchPolicy(file: string, { intervalMs = INTERVAL_MS }: WatchOptions = {}): WatchedPolicy {
  let read = stampOf(file); // before the file is read: what changes while it is will be seen
  let plan: Plan = planIn(file);
  const reload = () => {
    try {
      const next = planIn(file);
      createRedactor(next); // what is built for the first text is built here
      plan = next;
      diag.info(`scrim: ${file} changed, and is in force`);
    } catch (error) {
      const reason = error instanceof OperatingError ? error.line : "it can't be compiled";
      diag.error(`scrim: ${file} changed, but the policy before it stays in force: ${reason}`);
    }
  };
  let seen = read;
  const look = () => {
    const stamp = stampOf(file);
    // Half of a file may be a policy too, and a weaker one: a file is whole that looks the same twice.
    if (stamp !== read && stamp === seen) {
      read = stamp;
      reload();
    }
    seen = stamp;
  };
  const timer = setInterval(look, intervalMs).unref();
  return {
    get plan() {
      return plan;
    },
    close: () => clearInterval(timer),
  };
}

/** Another one for every change of a file, and of what a link points to. */
function stampOf(file: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(file);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return "unreadable"; // why, is found out by whoever reads it
  }
}
