import { resolve } from "node:path";
import { OperatingError } from "@scrim/errors";
import {
  HttpSource,
  PolicyAcknowledger,
  type PolicyDocuments,
  PolicyFollower,
  type PolicyVersion,
} from "@scrim/grants";
import type { ComponentContext, LifeCycle } from "@scrim/pipeline";
import { z } from "zod";
import { POLICY_REFUSED, POLICY_REVISION, POLICY_STALE } from "../gateway-metrics.ts";
import { gatewayInstance } from "../workers/worker.ts";
import { BaseUrl, KeyFiles } from "./control-plane-config.ts";
import { readPublicKeys, readSecret } from "./verbose-capture/grant-files.ts";

export const CentralPolicyConfig = z
  .strictObject({
    url: BaseUrl.meta({
      description: "The control plane, which pushes policies and is told which one runs here.",
    }),
    token_file: z.string().min(1).optional().meta({
      description: "Bearer token for the control plane, in a file that is read for each request.",
    }),
    trusted: KeyFiles.meta({
      description: "Public keys of who signs policies, as files; two while they rotate.",
    }),
    audience: z
      .strictObject({
        service: z.string().min(1).max(256).meta({
          description: "Name that policies know this gateway by; those for others are refused.",
        }),
        environment: z.string().min(1).max(256).meta({
          description: "The environment that it is in, as in `deployment.environment.name`.",
        }),
      })
      .meta({ description: "Whom policies are for." }),
    instance: z.string().min(1).max(128).optional().meta({
      description:
        "Tells gateways of one name apart, and says which share of them this one is in. One for all workers; by chance, and another at each start, where it is not given.",
    }),
    state: z.string().min(1).optional().meta({
      description:
        "File that keeps the last good policy over restarts, and lets none come after it that is older.",
    }),
  })
  .meta({
    description:
      "A policy from the control plane, in the place of the first local one once there is any. The local `keys` hold, and further local layers.",
  });

export type CentralPolicyConfig = z.output<typeof CentralPolicyConfig>;

type Context = Pick<ComponentContext, "id" | "baseDir" | "metrics" | "log" | "path" | "readFile">;

/**
 * Follows the control plane's policy. `apply` puts one into force, or throws.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `KEY_INVALID`
 */
export function createCentralPolicy(
  config: CentralPolicyConfig,
  { id, baseDir, metrics, log, path, readFile }: Context,
  apply: (documents: PolicyDocuments | undefined) => void,
): Required<LifeCycle> {
  const { url, audience, state, instance = gatewayInstance() } = config;
  const tell = (problem: unknown, running: PolicyVersion | undefined) => {
    const [reason, hint] =
      problem instanceof OperatingError ? [problem.line, problem.hint] : ["an unexpected error", undefined];
    const inForce = running === undefined ? "the local policy is in force" : "the policy in force stays";
    log.warn(`${path}.central: ${inForce}: ${reason}`, hint);
  };
  const follower = new PolicyFollower({
    audience,
    trusted: readPublicKeys("policy", config.trusted, { baseDir, readFile }),
    instance,
    cacheFile: state && resolve(baseDir, state),
    apply: (documents) => {
      apply(documents);
      log.info(`${path}.central: another policy is in force`);
    },
    told: tell,
  });
  const authorization = authorizationOf(config, baseDir);
  const { service, environment } = audience;
  const bundle = `policy-bundles/${encodeURIComponent(service)}/${encodeURIComponent(environment)}`;
  const source = new HttpSource({ url: below(url, bundle), ...authorization });
  const acknowledger = new PolicyAcknowledger({
    url: below(url, "policy-acknowledgements"),
    audience,
    instance,
    ...authorization,
  });
  metrics.observe(POLICY_REVISION, { processor: id }, () => follower.running?.revision ?? 0);
  metrics.observe(POLICY_STALE, { processor: id }, () => (follower.isFresh ? 0 : 1));
  const countRefusals = () => {
    for (const reason of follower.refusals.keys()) {
      metrics.observe(POLICY_REFUSED, { processor: id, reason }, () => follower.refusals.get(reason) ?? 0);
    }
  };
  return {
    start() {
      follower.onChange(countRefusals);
      countRefusals(); // of what was kept
      const told = (problem: unknown) => tell(problem, follower.running);
      acknowledger.start(follower, told);
      source.start(follower, told);
    },
    shutdown() {
      source.close();
      acknowledger.close();
    },
  };
}

/** `https://access.internal` → `https://access.internal/v1/…` */
function below(base: string, path: string): string {
  return `${base.replace(/\/+$/, "")}/v1/${path}`;
}

/** Read each time, so that it may be rotated. Without it the server refuses, which is told. */
function authorizationOf(
  { token_file }: CentralPolicyConfig,
  baseDir: string,
): { readonly authorization?: () => string | undefined } {
  if (token_file === undefined) return {};
  return {
    authorization() {
      try {
        return `Bearer ${readSecret(resolve(baseDir, token_file)).trim()}`;
      } catch {
        return undefined;
      }
    },
  };
}
