import { OperatingError } from "@scrim/errors";
import { decodeRejected, type RecordAtRest } from "@scrim/gateway";

const TIMEOUT_MS = 30_000;

/** Paths of OTLP/HTTP below its endpoint. */
const PATHS: Readonly<Record<RecordAtRest["signal"], string>> = {
  logs: "v1/logs",
  traces: "v1/traces",
  metrics: "v1/metrics",
  profiles: "v1development/profiles",
};

/** An answer of success says no more than how many items were rejected, and perhaps why. */
const ANSWER_BYTES_MAX = 64 * 1024;

/**
 * Sends records to an OTLP/HTTP endpoint, one request each; resolves to how many items of it the endpoint rejected.
 *
 * @throws {OperatingError} `INPUT_INVALID` for what is no address
 */
export function sendTo(endpoint: string): (record: RecordAtRest) => Promise<number> {
  const base = URL.parse(endpoint.endsWith("/") ? endpoint : `${endpoint}/`);
  if (base === null || !/^https?:$/.test(base.protocol))
    throw new OperatingError("INPUT_INVALID", "not an address", {
      path: "--to",
      hint: "--to http://127.0.0.1:4318",
    });
  return async ({ signal, payload }) => {
    const url = new URL(PATHS[signal], base);
    const response = await post(url, payload);
    if (response.ok) return await rejectedOf(response);
    await response.body?.cancel(); // it may quote what it was sent
    throw refused(url, `it answers ${response.status}`);
  };
}

/** An answer that can't be read takes nothing back. */
async function rejectedOf(response: Response): Promise<number> {
  const isProtobuf = response.headers.get("content-type")?.startsWith("application/x-protobuf") === true;
  try {
    return isProtobuf ? decodeRejected(await startOf(response)) : 0;
  } catch {
    return 0;
  } finally {
    await response.body?.cancel().catch(() => undefined);
  }
}

async function startOf(response: Response): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.length;
    if (length > ANSWER_BYTES_MAX) throw new Error("too long");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function post(url: URL, payload: Buffer): Promise<Response> {
  try {
    return await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
      body: new Uint8Array(payload),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw refused(url, "it does not answer", cause);
  }
}

function refused({ origin, pathname }: URL, message: string, cause?: unknown): OperatingError {
  return new OperatingError("SOURCE_UNREACHABLE", `a record can't be sent: ${message}`, {
    path: `${origin}${pathname}`,
    hint: "records that were sent are still there, and come again with the next try",
    ...(cause !== undefined && { cause }),
  });
}
