import { randomUUID } from "node:crypto";
import { diag } from "@opentelemetry/api";
import { OperatingError } from "@scrim/errors";
import {
  type Audience,
  type BundleSource,
  HttpSource,
  type Key,
  PolicyAcknowledger,
  type PolicyDocuments,
  PolicyFollower,
  type PolicyVersion,
} from "@scrim/grants";
import { compilePolicy, type LoadedPolicy, lintPolicy, type Plan, withCentralPolicy } from "@scrim/policy";
import { createRedactor } from "@scrim/redact";
import { localPolicyIn, type PolicySource } from "./policy-source.ts";

export interface CentralPolicyOptions {
  /** The control plane: `https://access.internal`. `/v1/…` is put behind it; which policy runs here is said there, too. */
  readonly url?: string;
  /** Brings bundles in place of `url`; then nobody is told what runs here. */
  readonly source?: BundleSource;
  /** Public keys of who signs policies, of which two may be valid at once. */
  readonly trusted: readonly Key[];
  readonly audience: Audience;
  /** `service.instance.id`: which share of processes this one is in. By chance unless given. */
  readonly instance?: string | undefined;
  /**
   * Path of the local policy: in force until there is a central one, the default policy unless given. Its `keys` hold for both: a central policy can name
   * none.
   */
  readonly policy?: string | undefined;
  /** File that keeps the last good central policy over a restart. */
  readonly cacheFile?: string | undefined;
  /** Asked for each time, so that it may be rotated: `Bearer …`. */
  readonly authorization?: () => string | undefined;
}

/** A policy that the control plane signs. */
export interface CentralPolicy extends PolicySource {
  /** What came, and what of it is in force. */
  readonly central: PolicyFollower;
  /** Stops following. The plan stays. */
  close(): void;
}

/**
 * Follows a policy that comes from the control plane. A new one is compiled whole before it is in force, from one record to the next. One that is forged,
 * older or wrong, names keys or needs one that is not here, leaves the last good one in force, which `diag` and the control plane are told; so does a
 * control plane that is silent. Keeps no process alive.
 *
 * @throws {OperatingError} where the local policy can't be read or is wrong, or neither `url` nor `source` is given
 *
 * @example
 * ```ts
 * import { generateKeys, MemorySource, readPublicKey } from "@scrim/grants";
 * import { followCentralPolicy } from "@scrim/otel";
 * const policy = followCentralPolicy({
 *   source: new MemorySource(),
 *   trusted: [readPublicKey("policy", generateKeys("policy").publicKey, "policy.pub")],
 *   audience: { service: "checkout", environment: "production" },
 * }); // give it to plug-ins: createRedactingLogRecordProcessor({ policy, delegate })
 * console.log(policy.plan.name, policy.central.running); // default undefined
 * policy.close();
 * ```
 */
export function followCentralPolicy(options: CentralPolicyOptions): CentralPolicy {
  const { url, audience, trusted, cacheFile, authorization, instance = randomUUID() } = options;
  const source = options.source ?? sourceAt(url, audience, authorization);
  const local = localPolicyIn(options.policy);
  const localPlan = compilePolicy(local.documents, local);
  let plan = localPlan;
  const central = new PolicyFollower({
    audience,
    trusted,
    instance,
    cacheFile,
    told: tell,
    apply: (documents) => {
      plan = documents === undefined ? localPlan : compileCentral(local, documents);
      diag.info(`scrim: another policy is in force: ${plan.name}`);
    },
  });
  const acknowledger =
    url === undefined
      ? undefined
      : new PolicyAcknowledger({
          url: below(url, "policy-acknowledgements"),
          audience,
          instance,
          ...(authorization !== undefined && { authorization }),
        });
  const told = (problem: unknown) => tell(problem, central.running);
  acknowledger?.start(central, told);
  source.start(central, told);
  return {
    central,
    get plan() {
      return plan;
    },
    close() {
      source.close();
      acknowledger?.close();
    },
  };
}

/** All that can go wrong goes wrong here, before the plan is in force. */
function compileCentral(local: LoadedPolicy, documents: PolicyDocuments): Plan {
  const loaded = withCentralPolicy(local, documents);
  const plan = compilePolicy(loaded.documents, loaded);
  createRedactor(plan); // what is built for the first text is built here
  for (const { source, path, message } of lintPolicy(loaded.documents)) {
    diag.info(`scrim: ${source}: ${path}: ${message}`);
  }
  return plan;
}

function sourceAt(
  url: string | undefined,
  { service, environment }: Audience,
  authorization: CentralPolicyOptions["authorization"],
): BundleSource {
  if (url === undefined) {
    throw new OperatingError("CONFIG_INVALID", "is needed where there is no source", { path: "url" });
  }
  const path = `policy-bundles/${encodeURIComponent(service)}/${encodeURIComponent(environment)}`;
  return new HttpSource({ url: below(url, path), ...(authorization !== undefined && { authorization }) });
}

function below(url: string, path: string): string {
  return `${url.replace(/\/+$/, "")}/v1/${path}`;
}

function tell(problem: unknown, running: PolicyVersion | undefined): void {
  const reason = problem instanceof OperatingError ? problem.line : "an unexpected error";
  const inForce = running === undefined ? "the local policy is in force" : "the policy in force stays";
  diag.warn(`scrim: ${inForce}: ${reason}`);
}
