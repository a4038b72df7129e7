import { resolve } from "node:path";
import { type ComponentContext, defineProcessor, type MetricRegistry, POLICY_TYPE } from "@scrim/pipeline";
import {
  compilePolicy,
  defaultPlan,
  definePolicy,
  type LoadedPolicy,
  lintPolicy,
  loadPolicy,
  type PolicySettings,
  withCentralPolicy,
  withPolicyKey,
} from "@scrim/policy";
import { createRedactor, type RedactionCounts, type Redactor } from "@scrim/redact";
import { z } from "zod";
import {
  REDACTION_DROPPED_FIELDS,
  REDACTION_MERGED_SERIES,
  REDACTION_REDACTED,
  REDACTION_WITHHELD,
} from "../gateway-metrics.ts";
import { CentralPolicyConfig, createCentralPolicy } from "./central-policy.ts";
import { UnprovenClaims } from "./items/unproven-claims.ts";

/** Where a policy is: at most one of these. */
const SOURCE = {
  file: z.string().min(1).optional().meta({
    description: "Path of a policy document, from the configuration's folder.",
  }),
  files: z.array(z.string().min(1)).min(1).max(16).optional().meta({
    description: "Paths of policy documents: the base, then layers that may only tighten it.",
  }),
  policy: z.looseObject({}).optional().meta({
    description: "A policy document, written right here.",
  }),
};

function isOneSource({ file, files, policy }: PolicySource): boolean {
  return [file, files, policy].filter((each) => each !== undefined).length <= 1;
}

const NOT_ONE_SOURCE = {
  message: "file, files and policy exclude one another",
  params: { hint: "list layers under files: [base.yaml, team.yaml]" },
};

/** A plan takes some MiB. */
const TENANTS_MAX = 64;

const TenantName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "expected 1 to 64 of a-z, 0-9, . _ -");

const PolicyConfig = z
  .strictObject({
    ...SOURCE,
    tenants: z
      .record(TenantName, z.strictObject(SOURCE).refine(isOneSource, NOT_ONE_SOURCE))
      .refine((tenants) => Object.keys(tenants).length <= TENANTS_MAX, `at most ${TENANTS_MAX} tenants`)
      .default({})
      .meta({
        description:
          "Policies of their own for what clients of a tenant send, as `client_auth` knows them. What others send, and clients of tenants that are not here, goes by the policy above; nothing that a client writes into its data chooses. Not together with `central`, which would not hold for them.",
      }),
    central: CentralPolicyConfig.optional(),
  })
  .refine(isOneSource, NOT_ONE_SOURCE)
  .refine(({ tenants, central }) => central === undefined || Object.keys(tenants).length === 0, {
    message: "tenants and central exclude one another",
    path: ["tenants"],
    // What the control plane takes to be in force everywhere would not be for them.
    params: { hint: "run a gateway of its own for what the central policy is for" },
  })
  .meta({
    id: "PolicyConfig",
    description: "Redacts by a policy; without any key by the default policy.",
  });

type PolicySource = z.output<z.ZodObject<typeof SOURCE>>;

/** https://github.com/open-telemetry/opentelemetry-proto/blob/v1.11.0/opentelemetry/proto/common/v1/common.proto */
const INDICES_WARNING =
  "string indices (string_value_strindex, key_strindex) stand for nothing outside of profiles, and were treated as absent";

/** Redaction. Every way from a receiver to an exporter passes one of these. */
export const policyProcessor = defineProcessor({
  type: POLICY_TYPE,
  description: "Redacts every batch by a policy.",
  configSchema: PolicyConfig,
  capabilities: { adds_text: false },
  create(config, { id, baseDir, metrics, log, path, readFile }) {
    const warn = (warning: string) => log.warn(`${path}: ${warning}`);
    const local = load(config, { baseDir, path, readFile });
    if (local !== undefined) warnOf(local, warn);
    const localRedactor = redactorOf(local);
    const ofTenants = new Map(
      Object.entries(config.tenants).map(([tenant, source]) => {
        const loaded = load(source, { baseDir, path: `${path}.tenants.${tenant}`, readFile });
        if (loaded !== undefined) warnOf(loaded, warn);
        return [tenant, redactorOf(loaded)] as const;
      }),
    );
    let redactor = localRedactor;
    const central =
      config.central === undefined
        ? undefined
        : createCentralPolicy(config.central, { id, baseDir, metrics, log, path, readFile }, (documents) => {
            if (documents === undefined) {
              redactor = localRedactor;
              return;
            }
            const loaded = withCentralPolicy(local ?? withPolicyKey([]), documents);
            const next = createRedactor(compilePolicy(loaded.documents, loaded));
            warnOf(loaded, warn);
            redactor = next;
          });
    const count = countRedaction(id, metrics);
    const claims = new UnprovenClaims();
    return {
      ...central,
      process(received) {
        const batch = claims.strip(received);
        const { tenant = "" } = batch.client.identity ?? {};
        const { bytes, counts } = (ofTenants.get(tenant) ?? redactor).redact(batch.signal, batch.bytes);
        const removed = count(counts, batch.removed);
        // Redaction changes values and never items, so they need not be counted again.
        if (bytes === batch.bytes && removed === batch.removed) return batch;
        return { ...batch, bytes, removed, ...(counts.string_indices > 0 && { warning: INDICES_WARNING }) };
      },
    };
  },
});

function redactorOf(loaded: LoadedPolicy | undefined): Redactor {
  return createRedactor(loaded === undefined ? defaultPlan() : compilePolicy(loaded.documents, loaded));
}

type Place = Pick<ComponentContext, "baseDir" | "path" | "readFile">;

function warnOf(loaded: LoadedPolicy, warn: (warning: string) => void): void {
  const warnings = [...loaded.warnings, ...lintPolicy(loaded.documents)];
  for (const { source, path, message } of warnings) warn(`${source}: ${path}: ${message}`);
}

/** Undefined where nothing is configured. Paths start from the configuration's folder, that of a key file too. */
function load(config: PolicySource, { baseDir, path, readFile }: Place): LoadedPolicy | undefined {
  const files = (config.files ?? [config.file]).filter((file) => file !== undefined);
  const paths = files.map((file) => resolve(baseDir, file));
  if (paths.length > 0) return loadPolicy(paths, { readFile });
  if (config.policy === undefined) return undefined;
  const document = definePolicy(config.policy as PolicySettings, `${path}.policy`); // checks its shape
  return withPolicyKey([document], { baseDir, readFile });
}

/** Counts what one batch lost, and adds it up by class for those who see the batch next. */
function countRedaction(processor: string, metrics: MetricRegistry) {
  const droppedFields = metrics.counter(REDACTION_DROPPED_FIELDS, { processor });
  const mergedSeries = metrics.counter(REDACTION_MERGED_SERIES, { processor });
  return (counts: RedactionCounts, before: ReadonlyMap<string, number>): ReadonlyMap<string, number> => {
    droppedFields.add(counts.dropped_fields);
    mergedSeries.add(counts.merged_series);
    if (counts.redacted.size === 0 && counts.withheld.size === 0) return before;
    const removed = new Map(before);
    const add = (name: string, n: number) => removed.set(name, (removed.get(name) ?? 0) + n);
    for (const [key, n] of counts.redacted) {
      const [what = "", action = ""] = key.split("/");
      metrics.counter(REDACTION_REDACTED, { processor, class: what, action }).add(n);
      add(what, n);
    }
    for (const [reason, n] of counts.withheld) {
      metrics.counter(REDACTION_WITHHELD, { processor, reason }).add(n);
      add("withheld", n);
    }
    if (counts.merged_series > 0) add("merged_series", counts.merged_series);
    return removed;
  };
}
