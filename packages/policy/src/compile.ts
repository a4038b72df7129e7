import { OperatingError } from "@scrim/errors";
import type { Action } from "./action.ts";
import { compileDetectors } from "./compile-detectors.ts";
import { createConditionTable } from "./condition.ts";
import { checkConstantOutputs } from "./constant-outputs.ts";
import { joinDecisions } from "./decision.ts";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { DEFAULTS } from "./defaults.ts";
import { documentError, lineIfWritten, type PolicyDocument } from "./document.ts";
import {
  compileBase,
  compileOverlay,
  decideInLayer,
  keepsAllBelow,
  type Layer,
  UNKNOWN_CLASS,
} from "./layer.ts";
import { pairKeyExpression } from "./pair-keys.ts";
import type { Decision, Holds, Limits, Origin, Plan, PseudonymKey, SealKey } from "./plan.ts";
import { writtenActions } from "./written-actions.ts";

/** A key shorter than what HMAC-SHA-256 puts out would be the weakest part. */
export const KEY_BYTES_MIN = 32;

export interface CompileOptions {
  /** Needed where some action is `pseudonym`; `loadPolicy` reads it. Kept, not copied. */
  readonly pseudonymKey?: PseudonymKey | undefined;
  /** Needed where some action is `seal`; `loadPolicy` reads it. */
  readonly sealKey?: SealKey | undefined;
}

/**
 * Compiles layers of policy to the plan that redaction runs. The first layer is the base; without any it is
 * the default policy. Each further one can only tighten: where layers differ, the most restrictive action
 * wins, and it can't name keys, disable detectors or suppress findings.
 *
 * @throws {OperatingError} `POLICY_INVALID`, `POLICY_KEY_MISSING` or `DETECTOR_INVALID`, with the key's path.
 * @example
 * ```ts
 * import { compilePolicy, parsePolicy } from "@scrim/policy";
 * const plan = compilePolicy([parsePolicy("version: 1", "shop.yaml")]);
 * console.log(plan.decide("user.email", 0).action.kind); // mask
 * ```
 */
export function compilePolicy(layers: readonly PolicyDocument[], options: CompileOptions = {}): Plan {
  const [base = DEFAULT_POLICY, ...overlays] = layers;
  const documents = [base, ...overlays];
  for (const overlay of overlays) refuseLoosening(overlay);
  requireKey(documents, options.pseudonymKey);
  if (options.sealKey === undefined) for (const document of documents) refuseSeal(document);

  const table = createConditionTable();
  const compiled = [compileBase(base, table), ...overlays.map((overlay) => compileOverlay(overlay, table))];
  const limits = compileLimits(documents);
  const pairKey = () => pairKeyExpression(compiled, (path) => decide(compiled, path, 0));
  const { scanner, findings, findingOrigins } = compileDetectors(compiled, limits.candidates_max, pairKey);
  checkConstantOutputs(documents, scanner);

  return {
    name: documents.map(({ settings, source }) => settings.name ?? source).join(" + "),
    conditions: table.conditions,
    decide: (path, holds) => decide(compiled, path, holds),
    keepsAllBelow: (path) => compiled.length === 1 && keepsAllBelow(compiled[0]!, path),
    body: joinDecisions(compiled.flatMap((layer) => bodyDecision(layer))),
    text: textDecision({ kind: "scan" }, { kind: "text", layer: base.source }),
    scanner,
    readsPairs: true,
    findings,
    findingOrigins,
    pseudonymKey: options.pseudonymKey,
    sealKey: options.sealKey,
    limits,
  };
}

let compiledDefault: Plan | undefined;

/** The plan of {@link DEFAULT_POLICY}, compiled once. */
export function defaultPlan(): Plan {
  return (compiledDefault ??= compilePolicy([]));
}

/**
 * All layers together. A name that an overlay calls an alias gets what the attribute gets that it stands for,
 * in every layer, on top of what it gets for itself.
 */
function decide(layers: readonly Layer[], path: string, holds: Holds): Decision {
  if (layers.length === 1) return decideInLayer(layers[0]!, path, holds)!;
  const decisions: Decision[] = [];
  const names = new Set([path]);
  for (const { aliases } of layers.slice(1)) {
    const canonical = aliases.get(path);
    if (canonical !== undefined) names.add(canonical);
  }
  for (const layer of layers) {
    for (const name of names) {
      const decision = decideInLayer(layer, name, holds);
      if (decision !== undefined) decisions.push(decision);
    }
  }
  return joinDecisions(decisions); // never of nothing: the base has an opinion on every attribute
}

function bodyDecision({ body, document }: Layer): Decision[] {
  if (body === undefined) return [];
  const line = lineIfWritten(document, ["body"]);
  return [textDecision(body, { kind: "body", layer: document.source, line })];
}

function textDecision(action: Action, origin: Origin): Decision {
  return { action, class: UNKNOWN_CLASS, text: "plain", onNonString: "drop", origin };
}

function refuseLoosening(overlay: PolicyDocument): void {
  const { keys, detectors } = overlay.settings;
  if (keys !== undefined) {
    throw documentError("POLICY_INVALID", overlay, ["keys"], {
      message: "only the first layer may name keys",
      hint: "remove it here: a further layer uses the first one's keys",
    });
  }
  if (detectors?.disable !== undefined && detectors.disable.length > 0) {
    throw documentError("POLICY_INVALID", overlay, ["detectors", "disable"], {
      message: "only the first layer may disable detectors",
      hint: "a further layer can only tighten: disable them in the first",
    });
  }
  if (detectors?.suppress !== undefined && detectors.suppress.length > 0) {
    throw documentError("POLICY_INVALID", overlay, ["detectors", "suppress"], {
      message: "only the first layer may suppress findings",
      hint: "a further layer can only tighten: suppress them in the first",
    });
  }
}

function requireKey(documents: readonly PolicyDocument[], key: PseudonymKey | undefined): void {
  if (key === undefined) {
    for (const document of documents) refuseUseOfKey(document);
  } else if (key.secret.length < KEY_BYTES_MIN) {
    throw new OperatingError("POLICY_KEY_MISSING", `the key has fewer than ${KEY_BYTES_MIN} bytes`, {
      path: "keys.pseudonym",
      hint: "make one with: openssl rand -base64 32",
    });
  }
}

function refuseUseOfKey(document: PolicyDocument): void {
  if (document.settings.keys?.pseudonym !== undefined) {
    throw documentError("POLICY_KEY_MISSING", document, ["keys", "pseudonym"], {
      message: "the key that the policy names was not given",
      hint: "read policy and key together with loadPolicy, or pass `pseudonymKey`",
    });
  }
  const use = writtenActions(document).find(({ setting }) => setting === "pseudonym");
  if (use === undefined) return;
  throw documentError("POLICY_KEY_MISSING", document, use.path, {
    message: "pseudonyms need a key, and the policy names none",
    hint: "make one with `openssl rand -base64 32 > pseudonym.key` and add `keys: { pseudonym: { version: 1, file: pseudonym.key } }`",
  });
}

function refuseSeal(document: PolicyDocument): void {
  if (document.settings.keys?.seal !== undefined) {
    throw documentError("POLICY_KEY_MISSING", document, ["keys", "seal"], {
      message: "the key that the policy names was not given",
      hint: "read policy and key together with loadPolicy, or pass `sealKey`",
    });
  }
  const use = writtenActions(document).find(({ setting }) => setting === "seal");
  if (use === undefined) return;
  throw documentError("POLICY_KEY_MISSING", document, use.path, {
    message: "sealing needs a public key, and the policy names none",
    hint: "make a pair with `scrim reveal keygen` and add `keys: { seal: { file: reveal.pub } }`",
  });
}

/** The smallest of what the first layer has, by default or not, and what others write. */
function compileLimits(documents: readonly PolicyDocument[]): Limits {
  const smallest = (name: keyof Limits) =>
    documents
      .map(
        ({ settings }, index) => settings.limits?.[name] ?? (index === 0 ? DEFAULTS.limits[name] : Infinity),
      )
      .reduce((a, b) => Math.min(a, b));
  return {
    value_bytes_max: smallest("value_bytes_max"),
    record_bytes_max: smallest("record_bytes_max"),
    record_nodes_max: smallest("record_nodes_max"),
    candidates_max: smallest("candidates_max"),
  };
}
