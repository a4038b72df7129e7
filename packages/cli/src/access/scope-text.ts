import type { Scope } from "@scrim/access/client";
import { OperatingError } from "@scrim/errors";
import { compilePredicate } from "@scrim/grants";
import { counted } from "../counted.ts";
import { type PredicateNote, predicateNotes } from "../grants/predicate-notes.ts";
import { durationText, isoOf } from "../grants/time-text.ts";
import { tracesText } from "../grants/traces-text.ts";
import { escapeUnsafe } from "../reveal/escape-unsafe.ts";

/** What is asked for, in a few words: `5 traces, debug`. */
export function scopeInBrief(scope: Scope): string {
  switch (scope.capability) {
    case "capture":
      return `capture ${briefTraces(scope)}`;
    case "reveal":
      return `reveal ${scope.values_max} ${scope.classes.map(escapeUnsafe).join(", ")}`;
    case "probe":
      return `probe ${counted(scope.locations.length, "place")}`;
  }
}

function briefTraces({ selector, traces_max }: Extract<Scope, { capability: "capture" }>): string {
  if ("trace_ids" in selector) return counted(selector.trace_ids.length, "trace");
  if ("where" in selector) return `${traces_max ?? 0} of ${escapeUnsafe(selector.where)}`;
  return `errors, ${selector.on_error.traces_per_min} a minute`;
}

/** All of what is asked for: labels with their lines. */
export function scopeLines(scope: Scope): readonly (readonly [label: string, lines: readonly string[]])[] {
  switch (scope.capability) {
    case "capture":
      return captureLines(scope);
    case "reveal":
      return [
        ["what", [`reveal: ${counted(scope.values_max, "sealed value")} at most`]],
        ["classes", [scope.classes.map(escapeUnsafe).join(", ")]],
        ["sealed", [`from ${isoOf(scope.sealed_from)} until ${isoOf(scope.sealed_until)}`]],
        ["traces", scope.trace_ids ?? ["any"]],
      ];
    case "probe":
      return [
        ["what", [`probe: ${counted(scope.hits_max, "hit")} at most`]],
        ["places", scope.locations.map(escapeUnsafe)],
      ];
  }
}

function captureLines(scope: Extract<Scope, { capability: "capture" }>) {
  const { selector, level, records_per_s, bytes_max, lookback_s } = scope;
  const where = predicateOf(scope);
  const limits = [
    `${records_per_s} records a second`,
    sizeText(bytes_max),
    ...(lookback_s > 0 ? [`${durationText(lookback_s)} back`] : []),
  ];
  return [
    ["what", [`capture: ${level} of ${tracesText(scope)}`]],
    ...("trace_ids" in selector ? [["traces", selector.trace_ids] as const] : []),
    ...(where === undefined ? [] : [["where", [escapeUnsafe(where)]] as const]),
    ["limits", [`${limits.join(", ")}, in each process`]],
  ] as const;
}

/** In the largest unit that tells it exactly. */
function sizeText(bytes: number): string {
  const units = [
    [2 ** 30, "GiB"],
    [2 ** 20, "MiB"],
    [2 ** 10, "KiB"],
  ] as const;
  const [size, unit] = units.find(([size]) => bytes % size === 0) ?? [1, " bytes"];
  return `${bytes / size}${unit}`;
}

/** The predicate of a scope, if it has one. */
function predicateOf(scope: Scope): string | undefined {
  if (scope.capability !== "capture") return undefined;
  const { selector } = scope;
  if ("where" in selector) return selector.where;
  return "on_error" in selector ? selector.on_error.where : undefined;
}

/** What whoever asks, or decides, should know of it. Only predicates of a start see what a span begins with. */
export function scopeNotes(scope: Scope): readonly PredicateNote[] {
  if (scope.capability !== "capture" || !("where" in scope.selector)) return [];
  try {
    return predicateNotes(compilePredicate(scope.selector.where));
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    return [{ kind: "warning", message: "this version of scrim can't read the predicate" }];
  }
}
