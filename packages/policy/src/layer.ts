import { SENSITIVITY_CLASSES, type SensitivityClass } from "@scrim/detect";
import { type Resolution, resolveAttribute } from "@scrim/semconv";
import type { Action } from "./action.ts";
import type { ActionSetting } from "./action-schema.ts";
import { type AttributeMatcher, compileAttributePatterns } from "./attribute-pattern.ts";
import { compileAction, compileClassAction } from "./compile-action.ts";
import type { ConditionTable } from "./condition.ts";
import { joinDecisions } from "./decision.ts";
import { DEFAULTS } from "./defaults.ts";
import { documentError, type PolicyDocument } from "./document.ts";
import { formatKeyPath } from "./key-path.ts";
import type { Decision, Holds, Origin } from "./plan.ts";
import type { RuleSetting } from "./schema.ts";

/** What is known of a value that nothing names: it may say anything. */
export const UNKNOWN_CLASS: SensitivityClass = "content";

/** One compiled document. Where a further layer says nothing, it has no opinion: the fields are undefined. */
export interface Layer {
  readonly document: PolicyDocument;
  readonly rules: readonly CompiledRule[];
  readonly classes: Readonly<Partial<Record<SensitivityClass, Action>>>;
  readonly unknown: Action | undefined;
  readonly body: Action | undefined;
  /** Other name to the attribute it stands for. */
  readonly aliases: ReadonlyMap<string, string>;
}

interface CompiledRule {
  /** Bits of conditions that must hold; 0 for none. */
  readonly where: Holds;
  readonly attribute: AttributeMatcher;
  /** Its patterns as written, without exclusions. */
  readonly names: readonly string[];
  readonly action: Action;
  readonly onNonString: Decision["onNonString"];
  readonly origin: Origin;
}

/** Compiles the first layer, in which what is left out has its default. */
export function compileBase(document: PolicyDocument, conditions: ConditionTable): Layer {
  const { classes = {}, unknown = DEFAULTS.unknown, body = DEFAULTS.body } = document.settings;
  return {
    ...compileOverlay(document, conditions),
    classes: compileClasses(classes, DEFAULTS.classes),
    unknown: compileClassAction(unknown),
    body: compileClassAction(body),
  };
}

/** Compiles a further layer, which only has opinions on what it names. */
export function compileOverlay(document: PolicyDocument, conditions: ConditionTable): Layer {
  const { rules = [], classes = {}, unknown, body } = document.settings;
  return {
    document,
    rules: rules.map((rule, index) => compileRule(document, rule, index, conditions)),
    classes: compileClasses(classes),
    unknown: unknown && compileClassAction(unknown),
    body: body && compileClassAction(body),
    aliases: compileAliases(document),
  };
}

function compileRule(
  document: PolicyDocument,
  rule: RuleSetting,
  index: number,
  conditions: ConditionTable,
): CompiledRule {
  const path = ["rules", index];
  return {
    where: rule.where === undefined ? 0 : conditions.bitOf(rule.where.resource, document, [...path, "where"]),
    attribute: compileAttributePatterns([rule.attribute].flat()),
    names: [rule.attribute].flat().filter((pattern) => !pattern.startsWith("!")),
    action: compileAction(rule.action),
    onNonString: rule.on_non_string ?? "drop",
    origin: {
      kind: "rule",
      layer: document.source,
      path: formatKeyPath(path),
      line: document.lineOf(path),
    },
  };
}

type ClassSettings = Readonly<{ [Class in SensitivityClass]?: ActionSetting | undefined }>;

function compileClasses(
  settings: ClassSettings,
  defaults: ClassSettings = {},
): Partial<Record<SensitivityClass, Action>> {
  const actions: Partial<Record<SensitivityClass, Action>> = {};
  for (const id of Object.keys(SENSITIVITY_CLASSES) as SensitivityClass[]) {
    const setting = settings[id] ?? defaults[id];
    if (setting !== undefined) actions[id] = compileClassAction(setting);
  }
  return actions;
}

function compileAliases(document: PolicyDocument): ReadonlyMap<string, string> {
  const canonicalOf = new Map<string, string>();
  for (const [canonical, names] of Object.entries(document.settings.aliases ?? {})) {
    for (const [index, name] of names.entries()) {
      if ((canonicalOf.get(name) ?? canonical) !== canonical) {
        throw documentError("POLICY_INVALID", document, ["aliases", canonical, index], {
          message: "this name already stands for another attribute",
          hint: "a name can be the alias of one attribute only",
        });
      }
      canonicalOf.set(name, canonical);
    }
  }
  return canonicalOf;
}

/** What the layer says about an attribute; undefined where it has no opinion. */
export function decideInLayer(layer: Layer, path: string, holds: Holds): Decision | undefined {
  const resolved = resolveAttribute(path, layer.aliases);
  const value = {
    class: resolved?.entry.class ?? UNKNOWN_CLASS,
    text: resolved?.entry.kind ?? "plain",
    onNonString: "drop",
  } as const;

  const rule = firstMatch(layer, path, holds);
  if (rule !== undefined) {
    return { ...value, action: rule.action, onNonString: rule.onNonString, origin: rule.origin };
  }
  const layerName = layer.document.source;
  const byClass = resolved && layer.classes[resolved.entry.class];
  const catalogue: Decision | undefined = byClass && {
    ...value,
    action: byClass,
    origin: { kind: "catalogue", layer: layerName, entry: resolved.entry, via: resolved.via },
  };
  if (resolved !== undefined && !isGuess(resolved.via)) return catalogue;
  const unknown: Decision | undefined = layer.unknown && {
    ...value,
    action: layer.unknown,
    origin: { kind: "unknown", layer: layerName },
  };
  return catalogue && unknown ? joinDecisions([catalogue, unknown]) : (catalogue ?? unknown);
}

/** In file order. An alias is subject to the rules for the attribute it stands for. */
function firstMatch(layer: Layer, path: string, holds: Holds): CompiledRule | undefined {
  const canonical = layer.aliases.get(path);
  return layer.rules.find(
    ({ where, attribute }) =>
      (where & holds) === where &&
      (attribute.matches(path) || (canonical !== undefined && attribute.matches(canonical))),
  );
}

/** A key that only looks like one of the catalogue's never gets more freedom than an unknown one. */
function isGuess(via: Resolution["via"]): boolean {
  return via === "leaf" || via === "spelling";
}
