import { OperatingError } from "@scrim/errors";

/** Far more than the keys of an issuer need. */
const BODY_BYTES_MAX = 256 * 1024;

/**
 * Fetches a document in JSON. Redirects are not followed: who may send the request elsewhere could put in other keys.
 *
 * @throws {OperatingError} `SOURCE_UNREACHABLE`
 */
export async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch(url, {
      redirect: "manual",
      signal,
      headers: { accept: "application/json" },
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw unreachable(`it answered ${response.status}`);
    }
    return JSON.parse(await boundedText(response));
  } catch (cause) {
    if (cause instanceof OperatingError) throw cause;
    throw unreachable(reasonOf(cause), cause);
  }
}

export function unreachable(reason: string, cause?: unknown): OperatingError {
  return new OperatingError("SOURCE_UNREACHABLE", `the keys of an issuer of tokens can't be had: ${reason}`, {
    path: "authentication.oidc",
    hint: "is the issuer's URL right, and can it be reached from here?",
    cause,
  });
}

async function boundedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > BODY_BYTES_MAX) throw unreachable(`more than ${BODY_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts));
}

function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return "no JSON";
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  return cause?.code ?? name ?? "unknown error";
}
