import { FieldWalker, LEN } from "@scrim/wire";
import { integerField } from "../../../otlp/proto-field.ts";
import { Refusal } from "../refusal.ts";
import { GRPC_PATHS } from "./paths.ts";

/** grpc.health.v1.HealthCheckResponse.ServingStatus */
const SERVING = 1;
const NOT_SERVING = 2;

/** The server as a whole, and each service by its name. */
const SERVICES: ReadonlySet<string> = new Set([
  "",
  ...Object.values(GRPC_PATHS).map((path) => path.slice(1, path.lastIndexOf("/"))),
]);

const SERVICE_BYTES_MAX = 256;

/**
 * Answers a HealthCheckRequest.
 *
 * @throws {Refusal} `unknown_service`
 * @throws {OperatingError} `WIRE_TRUNCATED`, `WIRE_MALFORMED`
 */
export function answerHealth(request: Buffer, isReady: boolean): Buffer {
  if (!SERVICES.has(serviceOf(request))) throw new Refusal("unknown_service");
  return integerField(1, isReady ? SERVING : NOT_SERVING);
}

function serviceOf(request: Buffer): string {
  let service = "";
  const walker = new FieldWalker();
  walker.enter(request, 0, request.length);
  while (walker.next()) {
    if (walker.field !== 1 || walker.wire !== LEN) continue;
    if (walker.end - walker.start > SERVICE_BYTES_MAX) throw new Refusal("unknown_service");
    service = request.toString("utf8", walker.start, walker.end);
  }
  return service;
}
