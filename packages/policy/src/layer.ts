import { isDeepStrictEqual } from "node:util";
import { SENSITIVITY_CLASSES, type SensitivityClass } from "@scrim/detect";
import { type Resolution, resolveAttribute } from "@scrim/semconv";
import type { Action } from "./action.ts";
import type { ActionSetting } from "./action-schema.ts";
import { type AttributeMatcher, compileAttributePatterns } from "./attribute-pattern.ts";
import { compileAction, compileClassAction } from "./compile-action.ts";
import type { ConditionTable } from "./condition.ts";
import { joinDecisions } from "./decision.ts";
import { DEFAULTS } from "./defaults.ts";
import { documentError, lineIfWritten, type PolicyDocument } from "./document.ts";
import { formatKeyPath } from "./key-path.ts";
import { join } from "./lattice.ts";
import type { Decision, Holds, Origin } from "./plan.ts";
import type { RuleSetting } from "./schema.ts";

/** What is known of a value that nothing names: it may say anything. */
export const UNKNOWN_CLASS: SensitivityClass = "content";

/** One compiled document. Where a further layer says nothing, it has no opinion: the fields are undefined. */
export interface Layer {
  readonly document: PolicyDocument;
  readonly rules: readonly CompiledRule[];
  readonly classes: Readonly<Partial<Record<SensitivityClass, Action>>>;
  /** Lines of the classes that are written down. */
  readonly classLines: Readonly<Partial<Record<SensitivityClass, number>>>;
  readonly unknown: Action | undefined;
  readonly body: Action | undefined;
  /** Other name to the attribute it stands for. */
  readonly aliases: ReadonlyMap<string, string>;
  /** What a key gets that nothing names: one decision for all of them. */
  readonly unknownDecision: Decision | undefined;
  /** Of a class and `unknown`, the one that goes further; left out where only their join does. */
  readonly stricter: Readonly<Partial<Record<SensitivityClass, "class" | "unknown">>>;
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
  return compileLayer(
    document,
    conditions,
    compileClasses(classes, DEFAULTS.classes),
    compileClassAction(unknown),
    compileClassAction(body),
  );
}

/** Compiles a further layer, which only has opinions on what it names. */
export function compileOverlay(document: PolicyDocument, conditions: ConditionTable): Layer {
  const { classes = {}, unknown, body } = document.settings;
  return compileLayer(
    document,
    conditions,
    compileClasses(classes),
    unknown && compileClassAction(unknown),
    body && compileClassAction(body),
  );
}

function compileLayer(
  document: PolicyDocument,
  conditions: ConditionTable,
  classes: Layer["classes"],
  unknown: Action | undefined,
  body: Action | undefined,
): Layer {
  const { rules = [] } = document.settings;
  return {
    document,
    rules: rules.map((rule, index) => compileRule(document, rule, index, conditions)),
    classes,
    classLines: linesOfClasses(document),
    unknown,
    body,
    aliases: compileAliases(document),
    unknownDecision: unknown && {
      action: unknown,
      class: UNKNOWN_CLASS,
      text: "plain",
      onNonString: "drop",
      origin: { kind: "unknown", layer: document.source, line: lineIfWritten(document, ["unknown"]) },
    },
    stricter: compareWithUnknown(classes, unknown),
  };
}

function linesOfClasses(document: PolicyDocument): Layer["classLines"] {
  const lines: Partial<Record<SensitivityClass, number>> = {};
  for (const id of Object.keys(document.settings.classes ?? {}) as SensitivityClass[]) {
    const line = document.lineOf(["classes", id]);
    if (line !== undefined) lines[id] = line;
  }
  return lines;
}

/** Decides once for each class what {@link joinDecisions} would for each key that is guessed to be of it. */
function compareWithUnknown(classes: Layer["classes"], unknown: Action | undefined): Layer["stricter"] {
  const stricter: Partial<Record<SensitivityClass, "class" | "unknown">> = {};
  if (unknown === undefined) return stricter;
  for (const [id, action] of Object.entries(classes) as [SensitivityClass, Action][]) {
    const joined = join(action, unknown);
    if (isDeepStrictEqual(joined, action)) stricter[id] = "class";
    else if (isDeepStrictEqual(joined, unknown)) stricter[id] = "unknown";
  }
  return stricter;
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
  const rule = layer.rules.length === 0 ? undefined : firstMatch(layer, path, holds);
  if (rule === undefined && resolved === undefined) return layer.unknownDecision;
  const value = {
    class: resolved?.entry.class ?? UNKNOWN_CLASS,
    text: resolved?.entry.kind ?? "plain",
    onNonString: "drop",
  } as const;
  if (rule !== undefined) {
    return { ...value, action: rule.action, onNonString: rule.onNonString, origin: rule.origin };
  }
  return decideResolved(layer, resolved!, value);
}

/**
 * Whether rules keep every key below the path, whatever it is called: who keeps `order` keeps all of `order.*`, unless a rule
 * before that may name something there. False where that is not certain.
 */
export function keepsAllBelow({ rules, aliases }: Layer, path: string): boolean {
  for (const name of aliases.keys()) if (name.startsWith(`${path}.`)) return false;
  for (const { where, attribute, action } of rules) {
    const keeps = action.kind === "keep";
    if (keeps && where === 0 && attribute.coversBelow(path)) return true;
    if (!keeps && attribute.reachesBelow(path)) return false;
  }
  return false;
}

/** What the class of a key gets; where the key is only guessed, at least what an unknown one gets. */
function decideResolved(
  layer: Layer,
  { entry, via }: Resolution,
  value: Pick<Decision, "class" | "text" | "onNonString">,
): Decision | undefined {
  const action = layer.classes[entry.class];
  const catalogue: Decision | undefined = action && {
    ...value,
    action,
    origin: {
      kind: "catalogue",
      layer: layer.document.source,
      line: layer.classLines[entry.class],
      entry,
      via,
    },
  };
  if (!isGuess(via)) return catalogue;
  const unknown: Decision | undefined = layer.unknownDecision && { ...layer.unknownDecision, ...value };
  if (catalogue === undefined || unknown === undefined) return catalogue ?? unknown;
  switch (layer.stricter[entry.class]) {
    case "class":
      return catalogue;
    case "unknown":
      return unknown;
    default:
      return joinDecisions([catalogue, unknown]);
  }
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
  return via === "leaf" || via === "spelling" || via === "vendor";
}
