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
import { createRedactor, type RedactionCounts } from "@scrim/redact";
import { z } from "zod";
import {
  REDACTION_DROPPED_FIELDS,
  REDACTION_MERGED_SERIES,
  REDACTION_REDACTED,
  REDACTION_WITHHELD,
} from "../gateway-metrics.ts";
import { CentralPolicyConfig, createCentralPolicy } from "./central-policy.ts";

const PolicyConfig = z
  .strictObject({
    file: z.string().min(1).optional().meta({
      description: "Path of a policy document, from the configuration's folder.",
    }),
    files: z.array(z.string().min(1)).min(1).max(16).optional().meta({
      description: "Paths of policy documents: the base, then layers that may only tighten it.",
    }),
    policy: z.looseObject({}).optional().meta({
      description: "A policy document, written right here.",
    }),
    central: CentralPolicyConfig.optional(),
  })
  .refine(
    ({ file, files, policy }) => [file, files, policy].filter((each) => each !== undefined).length <= 1,
    {
      message: "file, files and policy exclude one another",
      params: { hint: "list layers under files: [base.yaml, team.yaml]" },
    },
  )
  .meta({
    id: "PolicyConfig",
    description: "Redacts by a policy; without any key by the default policy.",
  });

type PolicyConfig = z.output<typeof PolicyConfig>;

/** Redaction. Every way from a receiver to an exporter passes one of these. */
export const policyProcessor = defineProcessor({
  type: POLICY_TYPE,
  description: "Redacts every batch by a policy.",
  configSchema: PolicyConfig,
  capabilities: { adds_text: false },
  create(config, { id, baseDir, metrics, log, path }) {
    const warn = (warning: string) => log.warn(`${path}: ${warning}`);
    const local = load(config, { baseDir, path });
    if (local !== undefined) warnOf(local, warn);
    const localRedactor = createRedactor(
      local === undefined ? defaultPlan() : compilePolicy(local.documents, local),
    );
    let redactor = localRedactor;
    const central =
      config.central === undefined
        ? undefined
        : createCentralPolicy(config.central, { id, baseDir, metrics, log, path }, (documents) => {
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
    return {
      ...central,
      process(batch) {
        const { bytes, counts } = redactor.redact(batch.signal, batch.bytes);
        const removed = count(counts, batch.removed);
        // Redaction changes values and never items, so they need not be counted again.
        return bytes === batch.bytes && removed === batch.removed ? batch : { ...batch, bytes, removed };
      },
    };
  },
});

type Place = Pick<ComponentContext, "baseDir" | "path">;

function warnOf(loaded: LoadedPolicy, warn: (warning: string) => void): void {
  const warnings = [...loaded.warnings, ...lintPolicy(loaded.documents)];
  for (const { source, path, message } of warnings) warn(`${source}: ${path}: ${message}`);
}

/** Undefined where nothing is configured. Paths start from the configuration's folder, that of a key file too. */
function load(config: PolicyConfig, { baseDir, path }: Place): LoadedPolicy | undefined {
  const files = config.files ?? (config.file === undefined ? [] : [config.file]);
  if (files.length > 0) return loadPolicy(files.map((file) => resolve(baseDir, file)));
  if (config.policy === undefined) return undefined;
  const document = definePolicy(config.policy as PolicySettings, `${path}.policy`); // checks its shape
  return withPolicyKey([document], { baseDir });
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
