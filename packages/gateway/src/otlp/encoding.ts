/** The two forms of OTLP over HTTP. */
export type Encoding = "protobuf" | "json";

export const MEDIA_TYPES: Readonly<Record<Encoding, string>> = {
  protobuf: "application/x-protobuf",
  json: "application/json",
};

/** The form a `Content-Type` header names, whatever its case and parameters; undefined if it is no OTLP. */
export function parseContentType(header: string | undefined): Encoding | undefined {
  // No expression: one that looks for blanks before a semicolon takes the square of their number.
  const [name] = (header ?? "").split(";", 1).map((text) => text.trim().toLowerCase());
  if (name === MEDIA_TYPES.protobuf) return "protobuf";
  return name === MEDIA_TYPES.json ? "json" : undefined;
}
