import {
  CONFIDENCES,
  SENSITIVITY_CLASSES,
  type SensitivityClass,
  SUPPRESSION_LISTS,
  type SuppressionListId,
} from "@scrim/detect";
import * as z from "zod";
import { ActionSetting, FindingActionSetting } from "./action-schema.ts";
import { DEFAULTS } from "./defaults.ts";

const attributeKey = z.string().min(1).max(256);

const detectorId = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9_]*$/, {
    error: "expected lower-case letters, digits and `_`, starting with a letter",
  });

const contextWord = z
  .string()
  .max(64)
  .regex(/^[A-Za-z]+(?: [A-Za-z]+)*$/, { error: "expected words of letters, with one space between them" });

const AttributePatterns = z
  .union([attributeKey, z.array(attributeKey).min(1).max(200)])
  .refine((patterns) => [patterns].flat().some((pattern) => !pattern.startsWith("!")), {
    error: "nothing to exclude from: at least one pattern must not begin with `!`",
  });

const Fallback = z.enum(["keep", "scan", "mask", "drop"]);

const PseudonymKeySource = z
  .strictObject({
    version: z.int().min(1).max(9999).meta({
      description: "Written into every token. Count it up when the key changes.",
    }),
    file: z.string().min(1).max(4096).optional().meta({
      description:
        "File with the key: 32 to 1024 bytes in base64. A relative path starts at the policy's folder.",
    }),
    env: z.string().min(1).max(256).optional().meta({
      description: "Environment variable with the key, written as in the file.",
    }),
    accept_enumeration: z.boolean().optional().meta({
      default: false,
      description:
        "Silences the lint about pseudonyms of values so few (phone numbers, IPv4 addresses) that a key holder can try them all.",
    }),
  })
  .refine((key) => (key.file === undefined) !== (key.env === undefined), {
    error: "expected exactly one of: file, env",
  });

const SealKeySource = z.strictObject({
  file: z.string().min(1).max(4096).meta({
    description:
      "File with the public key, in PEM (`scrim reveal keygen`). A relative path starts at the policy's folder.",
  }),
  tenant: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9][\w.-]*$/, { error: "expected letters, digits, `.`, `_` and `-`" })
    .optional()
    .meta({
      default: DEFAULTS.tenant,
      description: "Whose values are sealed; it is sealed with them.",
    }),
});

const Rule = z.strictObject({
  attribute: AttributePatterns.meta({
    description:
      "Attribute key or keys. `*` matches any run of characters; `!` excludes. A key also covers what is below it: `user` covers `user.email`.",
  }),
  where: z
    .strictObject({
      resource: z.record(attributeKey, z.string().min(1).max(256)).meta({
        description: "Resource attributes and the patterns they must all match.",
      }),
    })
    .optional()
    .meta({ description: "Limits the rule to some resources." }),
  action: ActionSetting.meta({ description: "What becomes of the value." }),
  on_non_string: z.enum(["drop", "stringify"]).optional().meta({
    default: "drop",
    description: "What happens to a number, boolean or byte string where the action is for strings only.",
  }),
});

const CustomDetector = z.strictObject({
  id: detectorId.meta({ description: "Name of its own, different from every built-in detector's." }),
  pattern: z.string().min(1).max(2048).meta({
    description:
      "RE2 expression of what is found, without `\\p`, `\\C`, `\\Q`, octal numbers and the flag `U`.",
  }),
  atoms: z.array(z.string().min(1).max(256)).min(1).max(64).meta({
    description:
      "Short RE2 expressions without assertions, of which one matches inside every match of `pattern`.",
  }),
  near: z.array(contextWord).min(1).max(64).optional().meta({
    description:
      "A match counts only if one of these words is in the attribute's key or close by in the text.",
  }),
  class: z
    .enum(Object.keys(SENSITIVITY_CLASSES) as SensitivityClass[])
    .optional()
    .meta({
      default: "direct_identifier",
      description: "What the finding is; decides what it becomes where `action` is not given.",
    }),
  action: FindingActionSetting.optional().meta({
    description: "What the finding becomes, in place of what its class becomes.",
  }),
  examples: z
    .strictObject({
      match: z.array(z.string().max(4096)).max(64).optional().meta({ description: "Texts with a finding." }),
      ignore: z.array(z.string().max(4096)).max(64).optional().meta({ description: "Texts without one." }),
    })
    .optional()
    .meta({ description: "Checked when the policy is compiled." }),
});

const Detectors = z.strictObject({
  use: z.array(z.string().min(1).max(64)).max(200).optional().meta({
    default: DEFAULTS.detectors.use,
    description:
      "Packs, types or ids of built-in detectors; `national-ids` stands for `national-ids/de` and all others. An empty list leaves only custom detectors.",
  }),
  disable: z.array(z.string().min(1).max(64)).max(200).optional().meta({
    default: DEFAULTS.detectors.disable,
    description: "Packs, types or ids to leave out again. The default holds where `use` is left out as well.",
  }),
  confidence: z.enum(CONFIDENCES).optional().meta({
    default: DEFAULTS.detectors.confidence,
    description:
      "The least confidence that counts: `certain` (a check of its own), `likely`, or `possible` (a shape that its surroundings make plausible). A further layer can lower it, and so find more.",
  }),
  suppress: z
    .array(z.enum(Object.keys(SUPPRESSION_LISTS) as SuppressionListId[]))
    .max(Object.keys(SUPPRESSION_LISTS).length)
    .optional()
    .meta({
      default: [],
      description:
        "Values set aside for examples that are left alone in text. Examples leak too, so none are by default. Only the first layer may name them.",
    }),
  custom: z.array(CustomDetector).max(100).optional().meta({
    default: [],
    description:
      "Detectors of your own, checked like the built-in ones. Those of a further layer mask or drop what they find.",
  }),
  actions: z.record(detectorId, FindingActionSetting).optional().meta({
    default: {},
    description: "What findings become in place of what their class becomes, by a detector's id or type.",
  }),
});

const Limits = z.strictObject({
  value_bytes_max: z.int().min(1024).max(16_777_216).optional().meta({
    default: DEFAULTS.limits.value_bytes_max,
    description: "Bytes of one value that are looked at; the rest is withheld.",
  }),
  record_bytes_max: z.int().min(1024).max(67_108_864).optional().meta({
    default: DEFAULTS.limits.record_bytes_max,
    description: "Bytes of all values of one log record, span or data point that are looked at.",
  }),
  record_nodes_max: z.int().min(128).max(1_000_000).optional().meta({
    default: DEFAULTS.limits.record_nodes_max,
    description:
      "Attributes, members and elements of one record that are looked at, at all depths. More are left out, and counted.",
  }),
  candidates_max: z.int().min(1).max(100_000).optional().meta({
    default: DEFAULTS.limits.candidates_max,
    description: "Candidates that a detector may examine in one value; what follows is withheld.",
  }),
});

function actionByClass(): Record<SensitivityClass, z.ZodOptional<typeof ActionSetting>> {
  const shape: Partial<Record<SensitivityClass, z.ZodOptional<typeof ActionSetting>>> = {};
  for (const [id, description] of Object.entries(SENSITIVITY_CLASSES)) {
    const byDefault = DEFAULTS.classes[id as SensitivityClass];
    shape[id as SensitivityClass] = ActionSetting.optional().meta({ default: byDefault, description });
  }
  return shape as Record<SensitivityClass, z.ZodOptional<typeof ActionSetting>>;
}

/**
 * The policy document. Nothing is filled in here: a key that a layer leaves out is decided by the layers
 * below it, and only the lowest takes the defaults.
 */
export const PolicySchema = z
  .strictObject({
    version: z.literal(1).meta({ description: "Version of this format." }),
    name: z
      .string()
      .max(64)
      .regex(/^[A-Za-z0-9][\w.-]*$/, { error: "expected letters, digits, `.`, `_` and `-`" })
      .optional()
      .meta({ description: "What telemetry and `explain` call the policy." }),
    unknown: Fallback.optional().meta({
      default: DEFAULTS.unknown,
      description:
        "What an attribute gets that no rule and no catalogue knows. `drop` is default deny; `keep` still looks for what is certain.",
    }),
    body: Fallback.optional().meta({
      default: DEFAULTS.body,
      description: "What a log body gets, and what is inside it under keys that nothing names.",
    }),
    keys: z
      .strictObject({
        pseudonym: PseudonymKeySource.optional().meta({
          description: "Needed where an action is `pseudonym`.",
        }),
        seal: SealKeySource.optional().meta({
          description: "Needed where an action is `seal`.",
        }),
      })
      .optional()
      .meta({ description: "Keys. Only the first layer may name them." }),
    classes: z.strictObject(actionByClass()).optional().meta({
      description: "What the attributes and findings of a sensitivity class become.",
    }),
    rules: z.array(Rule).max(1000).optional().meta({
      default: [],
      description: "Decide before the catalogue. The first rule that matches decides.",
    }),
    aliases: z
      .record(attributeKey, z.array(attributeKey).min(1).max(100))
      .optional()
      .meta({ default: {}, description: "Attribute key to other names it goes by in your telemetry." }),
    detectors: Detectors.optional().meta({ description: "What to look for in text that is scanned." }),
    limits: Limits.optional().meta({ description: "Budgets of work. Between layers the smaller wins." }),
  })
  .meta({ title: "Scrim policy", description: "What telemetry may say, and what becomes of the rest." });

/** A policy document as it is written. */
export type PolicySettings = z.output<typeof PolicySchema>;
export type RuleSetting = z.output<typeof Rule>;
export type CustomDetectorSetting = z.output<typeof CustomDetector>;
