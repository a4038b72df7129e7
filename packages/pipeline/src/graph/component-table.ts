import { OperatingError } from "@scrim/errors";
import type { Component } from "../component.ts";
import { insteadOf } from "../config/collector-names.ts";
import { suggest } from "../config/suggest.ts";

export type Kind = Component["kind"];

/** Every component a configuration may name, by kind and type. */
export type ComponentTable = ReadonlyMap<Kind, ReadonlyMap<string, Component>>;

/**
 * @throws {OperatingError} `CONFIG_INVALID` for two components of one kind and type: a plug-in can't take the place
 *   of `policy`
 */
export function componentTable(components: readonly Component[]): ComponentTable {
  const table = new Map<Kind, Map<string, Component>>();
  for (const component of components) {
    const ofKind = table.get(component.kind) ?? new Map<string, Component>();
    table.set(component.kind, ofKind);
    for (const type of [component.type, ...(component.aliases ?? [])]) {
      if (ofKind.has(type))
        throw new OperatingError("CONFIG_INVALID", `two ${component.kind}s have the type "${type}"`, {
          hint: "give the added one another type",
        });
      ofKind.set(type, component);
    }
  }
  return table;
}

/** Where to look for what no component of a kind does. */
const BEYOND: Readonly<Partial<Record<Kind, string>>> = {
  receiver: "What comes by other protocols than OTLP goes through a Collector in front of this gateway.",
  exporter: "What leaves by other protocols than OTLP goes through a Collector behind this gateway.",
};

/** @throws {OperatingError} `CONFIG_INVALID` with a hint if there is no such component */
export function findComponent<K extends Kind>(
  table: ComponentTable,
  kind: K,
  type: string,
  path: string,
): Extract<Component, { kind: K }> {
  const ofKind = table.get(kind);
  const found = ofKind?.get(type);
  if (found !== undefined) return found as Extract<Component, { kind: K }>;
  throw new OperatingError("CONFIG_INVALID", `unknown ${kind} type "${type}"`, {
    path,
    hint:
      insteadOf(kind, type) ??
      [suggest(type, [...(ofKind?.keys() ?? [])], `Types of ${kind}s here`), BEYOND[kind]]
        .join(" ")
        .trimEnd(),
  });
}
