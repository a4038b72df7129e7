import {
  DETECTORS,
  detectorsOf,
  measureDetector,
  type SensitivityClass,
  SUPPRESSION_LISTS,
} from "@scrim/detect";
import { CATALOGUE, type CatalogueEntry, LEAVES, resolveAttribute } from "@scrim/semconv";
import type { ActionSetting } from "./action-schema.ts";
import { compileAttributePatterns, covers } from "./attribute-pattern.ts";
import { defineCustom } from "./custom-detector.ts";
import { DEFAULTS } from "./defaults.ts";
import type { PolicyDocument } from "./document.ts";
import { formatKeyPath, type KeyPath } from "./key-path.ts";
import type { RuleSetting } from "./schema.ts";
import { writtenActions } from "./written-actions.ts";

/** Something that is allowed, and probably not meant. */
export interface PolicyWarning {
  /** The document, as errors call it. */
  readonly source: string;
  readonly path: string;
  readonly line: number | undefined;
  readonly message: string;
  readonly hint: string;
}

interface Problem {
  readonly path: KeyPath;
  readonly message: string;
  readonly hint: string;
}

/** `base` is the first document, the only one that names keys. */
type Check = (document: PolicyDocument, base: PolicyDocument) => Iterable<Problem>;

const CHECKS: readonly Check[] = [
  unreachableRules,
  shadowedKeys,
  emptyConditions,
  conditionsOnRedacted,
  keptCredentials,
  deprecatedNames,
  aliasesOfNothing,
  idleDetectorSettings,
  enumerablePseudonyms,
  greedyDetectors,
];

/** Everything that seems odd in the documents, in their order. Never throws. */
export function lintPolicy(documents: readonly PolicyDocument[]): readonly PolicyWarning[] {
  return documents.flatMap((document) =>
    CHECKS.flatMap((check) => [...check(document, documents[0]!)]).map(({ path, message, hint }) => ({
      source: document.source,
      path: formatKeyPath(path),
      line: document.lineOf(path),
      message,
      hint,
    })),
  );
}

function* unreachableRules({ settings }: PolicyDocument): Iterable<Problem> {
  const rules = settings.rules ?? [];
  for (const [index, rule] of rules.entries()) {
    const earlier = rules.slice(0, index).findIndex((candidate) => shadows(candidate, rule));
    if (earlier < 0) continue;
    yield {
      path: ["rules", index],
      message: `never decides: rules[${earlier}] matches all that this one does`,
      hint: `move it before rules[${earlier}], or remove it`,
    };
  }
}

/** Of a rule that decides for some attributes, those that an earlier rule takes away. */
function* shadowedKeys({ settings }: PolicyDocument): Iterable<Problem> {
  const rules = settings.rules ?? [];
  for (const [index, rule] of rules.entries()) {
    const earlier = rules.slice(0, index);
    if (earlier.some((candidate) => shadows(candidate, rule))) continue; // unreachable as a whole
    for (const key of patternsOf(rule).filter((pattern) => !isExclusion(pattern))) {
      const by = earlier.findIndex((candidate) => shadows(candidate, { ...rule, attribute: key }));
      if (by < 0) continue;
      yield {
        path: ["rules", index, "attribute"],
        message: `${key} is never decided here: rules[${by}] matches it`,
        hint: `move this rule before rules[${by}], or take ${key} out of one of them`,
      };
    }
  }
}

/** Certainly matches whatever the later one does. Exclusions make it less than certain. */
function shadows(earlier: RuleSetting, later: RuleSetting): boolean {
  const wide = patternsOf(earlier);
  if (wide.some(isExclusion) || !holdsWhenever(earlier, later)) return false;
  const narrow = patternsOf(later).filter((pattern) => !isExclusion(pattern));
  return narrow.every((pattern) => wide.some((candidate) => covers(candidate, pattern)));
}

function holdsWhenever({ where: earlier }: RuleSetting, { where: later }: RuleSetting): boolean {
  return Object.entries(earlier?.resource ?? {}).every(([key, pattern]) => later?.resource[key] === pattern);
}

function* emptyConditions({ settings }: PolicyDocument): Iterable<Problem> {
  for (const [index, { where }] of (settings.rules ?? []).entries()) {
    if (where === undefined || Object.keys(where.resource).length > 0) continue;
    yield {
      path: ["rules", index, "where"],
      message: "an empty condition holds for every resource",
      hint: "remove `where`, or name a resource attribute: { resource: { service.name: payments-* } }",
    };
  }
}

/** The next redactor sees what this one made of the attribute, and may decide otherwise. */
function* conditionsOnRedacted(document: PolicyDocument, base: PolicyDocument): Iterable<Problem> {
  for (const [index, { where }] of (document.settings.rules ?? []).entries()) {
    for (const key of Object.keys(where?.resource ?? {})) {
      const by = [document, base].map((layer) => redactedBy(layer, key)).find((found) => found !== undefined);
      if (by === undefined) continue;
      yield {
        path: ["rules", index, "where", "resource", key],
        message: `${by} replaces ${key}, so the next redactor can't tell whether this holds`,
        hint: `name a resource attribute that stays, such as service.name, or keep ${key}`,
      };
    }
  }
}

/** What in a layer replaces the value of a resource attribute whatever it is; undefined where it is kept or scanned. */
function redactedBy({ settings }: PolicyDocument, key: string): string | undefined {
  const rules = settings.rules ?? [];
  const index = rules.findIndex(
    (rule) => rule.where === undefined && compileAttributePatterns(patternsOf(rule)).matches(key),
  );
  if (index >= 0) return staysReadable(rules[index]!.action) ? undefined : `rules[${index}]`;
  const sensitivity = resolveAttribute(key)?.entry.class;
  if (sensitivity === undefined)
    return staysReadable(settings.unknown ?? DEFAULTS.unknown) ? undefined : "unknown";
  const action = settings.classes?.[sensitivity] ?? DEFAULTS.classes[sensitivity];
  return staysReadable(action) ? undefined : `classes.${sensitivity}`;
}

function staysReadable(action: ActionSetting): boolean {
  return action === "keep" || action === "scan";
}

function* keptCredentials({ settings }: PolicyDocument): Iterable<Problem> {
  for (const [index, rule] of (settings.rules ?? []).entries()) {
    if (rule.action !== "keep") continue;
    const credential = firstCredential(patternsOf(rule));
    if (credential === undefined) continue;
    yield {
      path: ["rules", index, "action"],
      message: `keeps ${credential}, a credential, without scanning it`,
      hint: `exclude it ("!${credential}"), or let the rule scan`,
    };
  }
}

function firstCredential(patterns: readonly string[]): string | undefined {
  const matcher = compileAttributePatterns(patterns);
  for (const { name, class: sensitivity } of CATALOGUE.values()) {
    if (sensitivity === "credential" && matcher.matches(name)) return name;
  }
  const named = patterns.filter((pattern) => !isExclusion(pattern) && !pattern.includes("*"));
  return named.find((key) => resolveAttribute(key)?.entry.class === "credential");
}

function* deprecatedNames({ settings }: PolicyDocument): Iterable<Problem> {
  const rules = settings.rules ?? [];
  const matchers = rules.map((rule) => compileAttributePatterns(patternsOf(rule)));
  for (const [index, rule] of rules.entries()) {
    for (const key of patternsOf(rule)) {
      const successor = successorOf(CATALOGUE.get(key));
      if (successor === undefined || matchers.some((matcher) => matcher.matches(successor))) continue;
      yield {
        path: ["rules", index, "attribute"],
        message: `${key} is deprecated, and no rule names ${successor}, which replaces it`,
        hint: `write attribute: [${key}, ${successor}]`,
      };
    }
  }
}

/** The attribute that the notice of a deprecated one sends to: "Replaced by `client.address`." */
function successorOf(entry: CatalogueEntry | undefined): string | undefined {
  const names = entry?.deprecated?.matchAll(/`([^`]+)`/g) ?? [];
  for (const [, name] of names) if (name !== undefined && CATALOGUE.has(name)) return name;
  return undefined;
}

function* aliasesOfNothing({ settings }: PolicyDocument): Iterable<Problem> {
  const matchers = (settings.rules ?? []).map((rule) => compileAttributePatterns(patternsOf(rule)));
  for (const canonical of Object.keys(settings.aliases ?? {})) {
    const via = resolveAttribute(canonical)?.via;
    const isKnown = via === "exact" || via === "template" || LEAVES.has(canonical);
    if (isKnown || matchers.some((matcher) => matcher.matches(canonical))) continue;
    yield {
      path: ["aliases", canonical],
      message: "neither the catalogue nor a rule knows this attribute, so its aliases change nothing",
      hint: "write the alias under an attribute of the semantic conventions, or add a rule for this one",
    };
  }
}

function* idleDetectorSettings({ settings }: PolicyDocument): Iterable<Problem> {
  const { use, disable = [], suppress = [] } = settings.detectors ?? {};
  for (const [index, id] of suppress.entries()) {
    const types: readonly string[] = SUPPRESSION_LISTS[id].types;
    const used = detectorsOf({ use: use ?? DEFAULTS.detectors.use, disable });
    if (used.some(({ type }) => types.includes(type))) continue;
    yield {
      path: ["detectors", "suppress", index],
      message: `no detector is in use that finds ${types.join(" or ")}`,
      hint: "remove it",
    };
  }
  if (use === undefined) return;
  const used = new Set(detectorsOf({ use }));
  for (const [index, name] of disable.entries()) {
    if (detectorsOf({ use: [name] }).some((detector) => used.has(detector))) continue;
    yield {
      path: ["detectors", "disable", index],
      message: `${name} is not in use`,
      hint: "remove it",
    };
  }
}

/** What has fewer than 2^40 values: whoever holds the key can make a table of all pseudonyms. */
const ENUMERABLE_TYPES: ReadonlySet<string> = new Set(["phone", "us_ssn", "ip_address"]);
const ENUMERABLE_CLASSES: ReadonlySet<SensitivityClass> = new Set(["client_address", "location"]);

function* enumerablePseudonyms(document: PolicyDocument, base: PolicyDocument): Iterable<Problem> {
  if (base.settings.keys?.pseudonym?.accept_enumeration === true) return;
  for (const { path, setting } of writtenActions(document)) {
    const what = setting === "pseudonym" ? enumerableValues(document, path) : [];
    if (what.length === 0) continue;
    yield {
      path,
      message: `there are so few values of ${what.join(", ")} that a holder of the key can try them all`,
      hint: "mask or generalize them, or set keys.pseudonym.accept_enumeration: true",
    };
  }
}

/** Of what the action at `path` applies to, the classes and detectors with few values. */
function enumerableValues({ settings }: PolicyDocument, path: KeyPath): readonly string[] {
  const [section, key, last] = path;
  if (section === "classes") return enumerableOfClass(key as SensitivityClass);
  if (section === "rules") return enumerableOfRule(settings.rules![key as number]!);
  const isEnumerable = DETECTORS.some(
    ({ id, type }) => (id === last || type === last) && ENUMERABLE_TYPES.has(type),
  );
  return isEnumerable ? [String(last)] : [];
}

function enumerableOfClass(sensitivity: SensitivityClass): readonly string[] {
  if (ENUMERABLE_CLASSES.has(sensitivity)) return [sensitivity];
  const detectors = DETECTORS.filter(
    ({ class: found, type }) => found === sensitivity && ENUMERABLE_TYPES.has(type),
  );
  return detectors.map(({ id }) => id);
}

function enumerableOfRule(rule: RuleSetting): readonly string[] {
  return patternsOf(rule).filter((pattern) => {
    const sensitivity = resolveAttribute(pattern)?.entry.class;
    return sensitivity !== undefined && ENUMERABLE_CLASSES.has(sensitivity);
  });
}

/** Detectors of a policy that find something in lines where nothing is to be found. */
function* greedyDetectors({ settings, source }: PolicyDocument): Iterable<Problem> {
  for (const [index, setting] of (settings.detectors?.custom ?? []).entries()) {
    const { finds } = measureDetector(defineCustom(setting, source));
    if (finds === 0) continue;
    yield {
      path: ["detectors", "custom", index, "pattern"],
      message: `finds something in ${percent(finds)} of ordinary log lines`,
      hint: "narrow the pattern, or name words that stand near what it is to find: near: [employee, staff]",
    };
  }
}

function percent(share: number): string {
  return `${Math.round(1000 * share) / 10} %`;
}

function patternsOf({ attribute }: RuleSetting): readonly string[] {
  return [attribute].flat();
}

function isExclusion(pattern: string): boolean {
  return pattern.startsWith("!");
}
