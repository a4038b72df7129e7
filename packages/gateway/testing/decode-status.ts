import { FieldWalker } from "@scrim/wire";

export interface DecodedStatus {
  readonly code: number;
  readonly message: string;
  /** Types of the details. */
  readonly details: readonly string[];
}

/** Reads google.rpc.Status from a response body, in whichever encoding it says it is. */
export function decodeStatus(contentType: string | undefined, body: Buffer): DecodedStatus {
  if (contentType === "application/json") return decodeJson(body);
  const status = { code: 0, message: "", details: [] as string[] };
  for (const { field, payload } of fieldsOf(body)) {
    if (field === 1) status.code = payload[0]!;
    if (field === 2) status.message = payload.toString();
    if (field === 3) status.details.push(fieldsOf(payload)[0]!.payload.toString());
  }
  return status;
}

function decodeJson(body: Buffer): DecodedStatus {
  const json: { code: number; message: string; details?: readonly { "@type": string }[] } = JSON.parse(
    body.toString(),
  );
  return {
    code: json.code,
    message: json.message,
    details: (json.details ?? []).map((detail) => detail["@type"]),
  };
}

function fieldsOf(bytes: Buffer): { field: number; payload: Buffer }[] {
  const walker = new FieldWalker();
  walker.enter(bytes, 0, bytes.length);
  const fields: { field: number; payload: Buffer }[] = [];
  while (walker.next())
    fields.push({ field: walker.field, payload: bytes.subarray(walker.start, walker.end) });
  return fields;
}
