import { encodeRequest, SIGNALS, type Signal } from "@scrim/wire";
import { EXAMPLE_REQUESTS } from "../../packages/wire/test/example-requests.ts";
import { type Input, MARKER } from "./parser.ts";

/** The variant of a parser that reads requests is their signal. */
export function signalOf({ variant }: Input): Signal {
  return SIGNALS.find((signal) => signal === variant) ?? "logs";
}

const MARKED = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: MARKER } }] }] }] };

const REQUESTS = [
  ...EXAMPLE_REQUESTS.map(([, signal, request]) => ({ signal, request })),
  { signal: "logs" as const, request: MARKED },
];

export const PROTOBUF_INPUTS: readonly Input[] = REQUESTS.map(({ signal, request }) => ({
  variant: signal,
  bytes: encodeRequest(signal, request),
}));

export const JSON_INPUTS: readonly Input[] = REQUESTS.map(({ signal, request }) => ({
  variant: signal,
  bytes: Buffer.from(JSON.stringify(request)),
}));
