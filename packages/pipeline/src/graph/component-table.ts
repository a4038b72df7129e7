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
    if (ofKind.has(component.type))
      throw new OperatingError("CONFIG_INVALID", `two ${component.kind}s have the type "${component.type}"`, {
        hint: "give the added one another type",
      });
    table.set(component.kind, ofKind.set(component.type, component));
  }
  return table;
}

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
    hint: insteadOf(kind, type) ?? suggest(type, [...(ofKind?.keys() ?? [])], `Types of ${kind}s here`),
  });
}
