import { once } from "node:events";
import { get as getByHttp, type IncomingMessage } from "node:http";
import { get as getByHttps } from "node:https";
import { OperatingError } from "@scrim/errors";

/** How long an answer's head may take, and its body. */
export const ANSWER_MS = 10_000;

export interface HttpGet {
  readonly url: string;
  /** Asked for each time, so that it may be rotated: `Bearer …`. */
  readonly authorization?: () => string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** What is asked for, in messages: `bundle`. */
  readonly what: string;
}

export interface HttpAnswer {
  readonly response: IncomingMessage;
  readonly abort: () => void;
}

/**
 * Resolves with the answer's head. The socket keeps no process alive: an open stream would for ever. Redirects are not followed.
 *
 * @throws {OperatingError} `SOURCE_UNREACHABLE`
 */
export async function getHttp({ url, authorization, headers, signal, what }: HttpGet): Promise<HttpAnswer> {
  const credentials = authorization?.();
  const get = url.startsWith("https:") ? getByHttps : getByHttp;
  const request = get(url, {
    headers: { ...headers, ...(credentials !== undefined && { authorization: credentials }) },
    signal,
  });
  request.on("socket", (socket) => socket.unref());
  const abort = () => void request.destroy();
  const timer = setTimeout(abort, ANSWER_MS).unref();
  try {
    const [response] = (await once(request, "response")) as [IncomingMessage];
    request.on("error", () => {}); // told where the answer is read
    return { response, abort };
  } catch (cause) {
    throw unreachable(what, "no answer", cause);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws {OperatingError} `SOURCE_UNREACHABLE` */
export function checkStatus({ statusCode = 0 }: IncomingMessage, what: string): void {
  if (statusCode < 200 || statusCode > 299) throw unreachable(what, `status ${statusCode}`);
}

/** @throws {OperatingError} `SOURCE_UNREACHABLE` where there are more than `bytesMax` */
export async function bytesOf(response: IncomingMessage, bytesMax: number, what: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > bytesMax) throw unreachable(what, "an answer that is too large");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Waits without keeping the process alive, no longer than until it is aborted. */
export async function waitUnref(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, milliseconds).unref();
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done, { once: true });
  });
}

/** Says nothing of the address, which may hold credentials. */
function unreachable(what: string, reason: string, cause?: unknown): OperatingError {
  return new OperatingError("SOURCE_UNREACHABLE", `no ${what} came: ${reason}`, {
    hint: "what came before holds to its own end, unless the server answers again",
    cause,
  });
}
