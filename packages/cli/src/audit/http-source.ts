import type { LogSource } from "@scrim/audit";
import { OperatingError } from "@scrim/errors";

/** A file of a log is 16 MiB at most. */
const TIMEOUT_MS = 60_000;

/** A log that is served as c2sp.org/tlog-tiles has it: its files below an address. */
export function httpSource(address: string): LogSource {
  const base = address.endsWith("/") ? address.slice(0, -1) : address;
  const locate = (path: string) => `${base}/${path}`;
  return { locate, read: (path, bytesMax) => readFrom(locate(path), bytesMax) };
}

async function readFrom(url: string, bytesMax: number): Promise<Buffer | undefined> {
  try {
    const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status === 404 || response.status === 410) {
      await response.body?.cancel();
      return undefined;
    }
    if (!response.ok) throw unreachable(url, `it answers ${response.status}`);
    return await readBody(url, response, bytesMax);
  } catch (cause) {
    if (cause instanceof OperatingError) throw cause;
    throw unreachable(url, "it does not answer", cause);
  }
}

/** The body of an answer, up to a number of bytes. */
export async function readBody(url: string, { body }: Response, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > bytesMax)
      throw new OperatingError("TOO_LARGE", `has more than ${bytesMax} bytes`, { path: url });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unreachable(url: string, what: string, cause?: unknown): OperatingError {
  return new OperatingError("SOURCE_UNREACHABLE", `the log can't be read: ${what}`, { path: url, cause });
}
