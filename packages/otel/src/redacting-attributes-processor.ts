import { AttributesCache } from "./attributes-cache.ts";
import { RecordEngine } from "./record-engine.ts";
import { redactedAttributes } from "./redacted-attributes.ts";
import { type RedactionOptions, type RedactionSetup, setUpRedaction } from "./redaction-options.ts";
import { reportFault } from "./report-fault.ts";

/** What a view of metrics does to the attributes of each measurement before it is aggregated. */
export interface AttributesProcessorLike {
  process(incoming: object, context?: unknown): Record<string, never>;
}

/**
 * For `ViewOptions.attributesProcessors`: redacts the attributes of measurements before they make series. Rules for some resources only
 * (`where`) don't hold here, since a view doesn't know its resource. Sets of plain attributes are remembered, so that a
 * measurement whose attributes came before costs a look-up. Where redaction fails, all attributes go.
 *
 * @throws {OperatingError} where `policy` names a file that can't be read or is no policy
 *
 * @example
 * ```ts
 * import { createRedactingAttributesProcessor } from "@scrim/otel";
 * const processor = createRedactingAttributesProcessor();
 * console.log(JSON.stringify(processor.process({ "user.email": "jane@shop.example", items: 3 })));
 * // {"user.email":"[REDACTED:direct_identifier]","items":3}
 * ```
 */
export function createRedactingAttributesProcessor(options: RedactionOptions = {}): AttributesProcessorLike {
  return attributesProcessor(setUpRedaction(options));
}

/** The same of a set-up. */
export function attributesProcessor(setup: RedactionSetup): AttributesProcessorLike {
  const engine = new RecordEngine(setup, "metrics");
  let cache = new AttributesCache();
  let { plan } = setup.policy;
  return {
    process(incoming) {
      try {
        if (plan !== setup.policy.plan) {
          plan = setup.policy.plan;
          cache = new AttributesCache();
        }
        const attributes = copyOf(incoming);
        if (attributes === undefined) return redactedAttributes(engine, incoming) as Record<string, never>;
        return cache.get(attributes, () => redactedAttributes(engine, attributes)) as Record<string, never>;
      } catch (error) {
        setup.telemetry.stub("metrics");
        reportFault("attributes of a measurement were left out", error);
        return {};
      }
    },
  };
}

/** Read once, whatever getters do; undefined where one throws. */
function copyOf(attributes: object): Record<string, unknown> | undefined {
  try {
    return { ...attributes };
  } catch {
    return undefined;
  }
}
