import type { JsonObject, JsonValue } from "@scrim/wire";

/** The tables that the profiles of one request share. The first entry of each is the one that says nothing. */
export class Dictionary {
  readonly tables = {
    mappingTable: [{}],
    locationTable: [{}] as JsonObject[],
    functionTable: [{}] as JsonObject[],
    linkTable: [{}],
    stringTable: [""],
    attributeTable: [{}] as JsonObject[],
    stackTable: [{}] as JsonObject[],
  };

  string(text: string): number {
    const known = this.tables.stringTable.indexOf(text);
    return known < 0 ? this.tables.stringTable.push(text) - 1 : known;
  }

  attribute(key: string, value: JsonValue): number {
    return this.tables.attributeTable.push({ keyStrindex: this.string(key), value }) - 1;
  }

  /** A stack of one function. */
  stack(functionName: string): number {
    const { functionTable, locationTable, stackTable } = this.tables;
    const called = functionTable.push({ nameStrindex: this.string(functionName) }) - 1;
    const location = locationTable.push({ lines: [{ functionIndex: called, line: "7" }] }) - 1;
    return stackTable.push({ locationIndices: [location] }) - 1;
  }
}

/** Which table a field points into, by its name; `…Strindex` are strings. */
const TABLE_OF: Readonly<Record<string, string>> = {
  attributeIndices: "attributeTable",
  stackIndex: "stackTable",
  linkIndex: "linkTable",
  locationIndices: "locationTable",
  mappingIndex: "mappingTable",
  functionIndex: "functionTable",
};

/** No message of profiles is nested more deeply than this. */
const DEPTH_MAX = 32;

/** A request of profiles with what stands in its dictionary put where it is pointed at; keys are called `key`, as elsewhere. */
export function spelledOut(request: JsonObject): JsonObject {
  const dictionary = (request.dictionary ?? {}) as Readonly<Record<string, readonly JsonValue[]>>;

  function lookUp(table: string, index: JsonValue, depth: number): JsonValue {
    const entry = dictionary[table]?.[Number(index)];
    if (entry === undefined) throw new Error(`${table}[${JSON.stringify(index)}] isn't there`);
    return table === "stringTable" ? entry : spell(entry, depth);
  }

  function spell(value: JsonValue, depth: number): JsonValue {
    if (depth > DEPTH_MAX) throw new Error("profiles that point at each other");
    if (Array.isArray(value)) return value.map((one) => spell(one as JsonValue, depth + 1));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value as JsonObject).map(([name, held]) => field(name, held as JsonValue, depth + 1)),
    ) as JsonObject;
  }

  function field(name: string, value: JsonValue, depth: number): readonly [string, JsonValue] {
    if (name.endsWith("Strindex"))
      return [name.slice(0, -"Strindex".length), lookUp("stringTable", value, depth)];
    const table = TABLE_OF[name];
    if (table === undefined) return [name, spell(value, depth)];
    if (!Array.isArray(value)) return [name, lookUp(table, value, depth)];
    const entries = value.map((index) => lookUp(table, index as JsonValue, depth));
    return [name === "attributeIndices" ? "attributes" : name, entries];
  }

  return { resourceProfiles: spell(request.resourceProfiles ?? [], 0) };
}
