import { gunzipSync, zstdDecompressSync } from "node:zlib";
import type { IssuedSignal } from "../records/items-of.ts";

/** What a destination does with requests. */
export type SinkBehaviour =
  | { readonly kind: "up" }
  | { readonly kind: "slow"; readonly ms: number }
  /** The status is HTTP's; over gRPC it is the one that means the same. */
  | { readonly kind: "refuse"; readonly status: number; readonly retry_after_s: number | undefined }
  | { readonly kind: "half_open" }
  | { readonly kind: "garbage" }
  | { readonly kind: "endless" }
  | { readonly kind: "bomb" }
  | { readonly kind: "partial_success"; readonly rejected: number }
  /** The connection (over gRPC the stream) is reset once so many bytes of the request were read. */
  | { readonly kind: "reset"; readonly bytes: number }
  /** It is taken, and the connection or stream reset before that is said. */
  | { readonly kind: "take_and_reset" };

/** A request that was taken: answered with success, or about to be. */
export interface Delivery {
  readonly signal: IssuedSignal;
  /** Without its compression. */
  readonly bytes: Buffer;
  /** The other end's, of the connection that it came on. */
  readonly port: number;
  /** When it had arrived, by the monotonic clock. */
  readonly at_ms: number;
  /** When its answer had been written; undefined where it never was as it should be. */
  answered_ms: number | undefined;
}

/** When a request began, and which worker of the gateway made it. */
interface SinkRequest {
  readonly at_ms: number;
  readonly worker: string;
}

/** A time in which a worker was told to leave the destination alone. */
interface Pause {
  readonly worker: string;
  readonly from_ms: number;
  readonly to_ms: number;
}

/** A backend that keeps what it takes and behaves as it is told. Times are by the monotonic clock. */
export interface Sink {
  readonly port: number;
  readonly deliveries: readonly Delivery[];
  /** Each, whatever became of it. */
  readonly requests: readonly SinkRequest[];
  readonly pauses: readonly Pause[];
  behaviour: SinkBehaviour;
  close(): Promise<void>;
}

/** What a sink keeps while it runs. */
export class SinkBooks {
  readonly deliveries: Delivery[] = [];
  readonly requests: SinkRequest[] = [];
  readonly pauses: Pause[] = [];

  began(worker: string): void {
    this.requests.push({ at_ms: performance.now(), worker });
  }

  askedForTime(worker: string, seconds: number): void {
    const now = performance.now();
    this.pauses.push({ worker, from_ms: now, to_ms: now + seconds * 1_000 });
  }

  /** @param body is inflated as `encoding` says */
  took(signal: IssuedSignal, encoding: string | undefined, body: Buffer, port: number): Delivery {
    const bytes = inflate(encoding, body);
    const delivery: Delivery = { signal, bytes, port, at_ms: performance.now(), answered_ms: undefined };
    this.deliveries.push(delivery);
    return delivery;
  }
}

/** The header by which a gateway's configuration says which of its workers sends. */
export const WORKER_HEADER = "x-oracle-worker";

/** `ExportLogsServiceResponse.partial_success = 1 { rejected_log_records = 1 }`; the same bytes for each signal. */
export function partialSuccess(rejected: number): Buffer {
  return Buffer.from([0x0a, 0x02, 0x08, rejected & 0x7f]);
}

/** No message: its length never ends. */
export const GARBAGE = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]);

/** What a bomb is once it is inflated. */
export const BOMB_BYTES = 32 * 1024 * 1024;

function inflate(encoding: string | undefined, body: Buffer): Buffer {
  switch (encoding) {
    case "gzip":
      return gunzipSync(body);
    case "zstd":
      return zstdDecompressSync(body);
    default:
      return body;
  }
}
