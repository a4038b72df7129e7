/** An object of OTLP's JSON mapping. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

export type JsonValue = string | number | boolean | readonly JsonValue[] | JsonObject;
