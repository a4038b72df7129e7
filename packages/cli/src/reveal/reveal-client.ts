import { isIP } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { OperatingError } from "@scrim/errors";
import * as z from "zod";

/** What became of one token. */
export type TokenAnswer =
  | { readonly kind: "opened"; readonly value: string }
  | { readonly kind: "refused" }
  /** Nobody said: the service was out of reach, or wants to be left in peace for longer than this waits. */
  | { readonly kind: "unanswered" };

export interface RevealClientOptions {
  /** Where the service is: `https://reveal.internal`. */
  readonly url: string;
  /** The bearer token that says who asks. */
  readonly credential: string;
  /** The grant that is to open them: any that the caller holds unless given. */
  readonly grant?: string | undefined;
  /** For tests of services that come back, in milliseconds. */
  readonly retryMs?: number;
}

const TIMEOUT_MS = 15_000;

/** A value, its facts and a proof. */
const ANSWER_BYTES_MAX = 1 << 20;

/** Times that a token is asked for where the service does not answer. */
const TRIES = 3;
const RETRY_MS = 1_000;

/** Who is refused too often has to wait: this long is waited. */
const LIMIT_WAIT_S_MAX = 60;
const LIMIT_WAITS = 20;

const Opened = z.object({ value: z.string() });

/**
 * Asks a reveal service for what is in a token. `https`, or `http` on this machine: who is asked sees the credential.
 *
 * @throws {OperatingError} `INPUT_INVALID` where the address is no such
 */
export function createRevealClient(options: RevealClientOptions): (token: string) => Promise<TokenAnswer> {
  const url = addressOf(options.url);
  const { retryMs = RETRY_MS } = options;
  return async (token) => {
    let waits = 0;
    for (let tries = 0; tries < TRIES; ) {
      const answer = await askOnce(url, options, token);
      if (answer.kind !== "later") return answer;
      const isLimited = answer.waitS !== undefined;
      if (isLimited && (answer.waitS > LIMIT_WAIT_S_MAX || ++waits > LIMIT_WAITS)) break;
      if (!isLimited) tries++;
      await sleep(isLimited ? answer.waitS * 1_000 : retryMs * tries);
    }
    return { kind: "unanswered" };
  };
}

type OneAnswer =
  | TokenAnswer
  | { readonly kind: "later"; readonly waitS: number }
  | { readonly kind: "later"; readonly waitS?: undefined };

/** @throws {OperatingError} `SOURCE_UNREACHABLE` where asking again is no use */
async function askOnce(
  url: string,
  { credential, grant }: RevealClientOptions,
  token: string,
): Promise<OneAnswer> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${credential}`, "content-type": "application/json" },
      body: JSON.stringify({ token, ...(grant !== undefined && { grant }) }),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === 200) return { kind: "opened", value: await readValue(response) };
    await response.body?.cancel();
  } catch (cause) {
    if (cause instanceof OperatingError) throw cause;
    return { kind: "later" };
  }
  const { status } = response;
  if (status === 403) return { kind: "refused" };
  if (status === 429)
    return { kind: "later", waitS: Number(response.headers.get("retry-after") ?? "1") || 1 };
  if (status >= 500) return { kind: "later" };
  if (status === 401)
    throw unusable("it does not know who asks", "is the token in --token-file the one that it knows?");
  throw unusable(`it answers ${status}`, "is this the address of a reveal service, without a path?");
}

async function readValue({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.length;
    if (length > ANSWER_BYTES_MAX) throw unusable("its answer is too large", NO_SERVICE);
    parts.push(part);
  }
  const result = Opened.safeParse(parse(Buffer.concat(parts).toString()));
  if (result.success) return result.data.value;
  throw unusable("its answer has no value", NO_SERVICE);
}

const NO_SERVICE = "is this the address of a reveal service?";

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function addressOf(text: string): string {
  const url = URL.parse(text);
  const isWeb = url !== null && ["http:", "https:"].includes(url.protocol);
  if (!isWeb || url.username + url.password + url.search + url.hash !== "") {
    throw new OperatingError("INPUT_INVALID", "is no address of a service", {
      path: "--url",
      hint: 'write it like "https://reveal.internal"',
    });
  }
  if (url.protocol === "http:" && !isThisMachine(url.hostname)) {
    throw new OperatingError("INPUT_INVALID", "would send your token in the clear", {
      path: "--url",
      hint: "use https, or http on this machine",
    });
  }
  return `${url.href.replace(/\/+$/, "")}/v1/reveal`;
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "[::1]" || (isIP(host) === 4 && host.startsWith("127."));
}

/** Says nothing of the address, which may be somebody's. */
function unusable(what: string, hint: string): OperatingError {
  return new OperatingError("SOURCE_UNREACHABLE", `the reveal service can't be used: ${what}`, {
    path: "--url",
    hint,
  });
}
