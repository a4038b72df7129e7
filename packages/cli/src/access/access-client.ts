import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { OperatingError } from "@scrim/errors";
import type * as z from "zod";
import { type CommandInput, optionText } from "../command.ts";
import { codeOf, readPrivateFile } from "../grants/private-file.ts";
import { addressOf } from "./address.ts";
import { DEFAULT_URL, TOKEN_FILE_VARIABLE, URL_VARIABLE } from "./client-options.ts";
import { commandLine } from "./command-line.ts";
import { AnswerTooLarge, exchange, type HttpAnswer, type TlsTexts } from "./http-exchange.ts";
import { problemError, type RefusalHints } from "./problem-error.ts";

/** What the control plane answered: checked, and as it was. */
export interface Answered<T> {
  readonly value: T;
  readonly document: unknown;
}

interface Asked {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the address: `/v1/requests`; parts are encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The request, grant or policy that it is about, for hints. */
  readonly subject?: string;
  /** What to do next where it is refused, in place of what holds for requests and grants. */
  readonly hints?: RefusalHints;
  /** Where a member of the body comes from, unless that is an option: a file. */
  readonly placeOf?: (member: string) => string | undefined;
  /** How long the control plane may think about it, in milliseconds. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

/** One command's dealings with the control plane. */
export interface AccessClient {
  /** The address, as it was given or found. */
  readonly url: string;
  /**
   * @throws {OperatingError} `ACCESS_REFUSED` where the control plane says no, `SOURCE_UNREACHABLE` where it doesn't answer as it should
   */
  ask<S extends z.ZodType>(asked: Asked, schema: S): Promise<Answered<z.output<S>>>;
  /** @throws {OperatingError} `SOURCE_UNREACHABLE` where a part of an answer isn't what it should be */
  checked<S extends z.ZodType>(schema: S, document: unknown): z.output<S>;
}

const TOKEN_BYTES_MAX = 65_536;
const PEM_BYTES_MAX = 1 << 20;

/** A page of 200 requests about a thousand services each. */
const ANSWER_BYTES_MAX = 64 << 20;
const TIMEOUT_MS = 15_000;

/** Waits before it is asked again, where the connection fails or the control plane can't answer now. */
const RETRY_MS: readonly number[] = [100, 300, 900, 2_000];

/** A longer wait that it asks for is the user's to decide on. */
const RETRY_AFTER_S_MAX = 5;

/**
 * What a command's options say to ask, and as whom.
 *
 * @throws {OperatingError} `INPUT_INVALID`, `CONFIG_UNREADABLE`
 */
export function openClient(input: CommandInput): AccessClient {
  const url = addressOf(optionText(input, "url") ?? (process.env[URL_VARIABLE] || DEFAULT_URL));
  const headers = { ...credentialsOf(input), ...actingFor(input), accept: "application/json" };
  const tls = tlsOf(input);
  const run = randomUUID();
  let changes = 0;

  const once = async ({ method, path, query, body, waitMs = 0, signal }: Asked, key: string | undefined) => {
    const target = new URL(`${url}${path}`);
    for (const [name, value] of Object.entries(query ?? {})) target.searchParams.set(name, value);
    return await exchange({
      method,
      url: target,
      headers: {
        ...headers,
        ...(key !== undefined && { "idempotency-key": key }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      tls,
      timeoutMs: TIMEOUT_MS + waitMs,
      bytesMax: ANSWER_BYTES_MAX,
      signal,
    });
  };

  const checked = <S extends z.ZodType>(schema: S, document: unknown): z.output<S> => {
    const result = schema.safeParse(document);
    if (result.success) return result.data;
    throw unreachable(
      url,
      "it answers what this version doesn't know",
      "is scrim of the same version there?",
    );
  };

  return {
    url,
    checked,
    async ask(asked, schema) {
      // The same key each time: what was done before the answer got lost is not done again.
      const key = asked.method === "GET" ? undefined : `${run}-${++changes}`;
      const answer = await repeated(url, asked.signal, () => once(asked, key));
      const document = jsonOf(answer);
      if (answer.status < 200 || answer.status > 299) {
        const context = {
          url,
          subject: asked.subject,
          hints: asked.hints,
          placeOf: asked.placeOf,
          complete: (command: string) => commandLine(input, command),
        };
        throw problemError(answer.status, document, context);
      }
      return { value: checked(schema, document), document };
    },
  };
}

async function repeated(
  url: string,
  signal: AbortSignal | undefined,
  once: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  for (let tries = 0; ; tries++) {
    const waitMs = RETRY_MS[tries];
    try {
      const answer = await once();
      const afterS = Number(answer.headers["retry-after"] ?? 0);
      if (answer.status !== 503 || waitMs === undefined || !(afterS <= RETRY_AFTER_S_MAX)) return answer;
      await sleep(Math.max(waitMs, afterS * 1_000), undefined, { signal });
    } catch (cause) {
      if (signal?.aborted === true) throw cause;
      if (cause instanceof AnswerTooLarge) throw unreachable(url, "its answer is too large", NO_PLANE, cause);
      if (waitMs === undefined || isFinal(cause))
        throw unreachable(url, reasonOf(cause), hintOf(cause), cause);
      await sleep(waitMs, undefined, { signal });
    }
  }
}

const NO_PLANE = "is this the address of a control plane?";

function isTimeout(cause: unknown): boolean {
  return (cause as Error).name === "TimeoutError";
}

/** What is the same the next time: names and certificates; and what took too long already. */
function isFinal(cause: unknown): boolean {
  if (isTimeout(cause)) return true;
  const code = codeOf(cause);
  return code === "ENOTFOUND" || code === "EPROTO" || /CERT|TLS|SSL|SIGNATURE/.test(code);
}

function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  if (isTimeout(cause)) return "it does not answer in time";
  return `it does not answer (${code})`;
}

function hintOf(cause: unknown): string {
  const code = codeOf(cause);
  if (/CERT|SELF_SIGNED|SIGNATURE/.test(code)) return "name who vouches for it: --ca FILE";
  if (code === "EPROTO" || code === "ECONNRESET" || code === "HPE_INVALID_CONSTANT")
    return "does it speak https? give the address with --url";
  return "does it run? scrim access serve --config access.yaml; or give its address with --url";
}

function jsonOf({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function credentialsOf(input: CommandInput): Record<string, string> {
  const path = optionText(input, "token-file") ?? (process.env[TOKEN_FILE_VARIABLE] || undefined);
  if (path === undefined) {
    if (optionText(input, "cert") !== undefined) return {};
    throw new OperatingError("INPUT_INVALID", "is needed, to say who asks", {
      path: "--token-file",
      hint: `name a file with your token, or set ${TOKEN_FILE_VARIABLE}; scrim access token makes tokens`,
    });
  }
  const text = readPrivateFile(path, TOKEN_BYTES_MAX)?.trim();
  if (text === undefined)
    throw new OperatingError("CONFIG_UNREADABLE", "no such file", {
      path,
      hint: "who runs the control plane makes a token: scrim access token NAME",
    });
  // RFC 6750 section 2.1: anything else is a wrong file, which doesn't belong into a header.
  if (/^[A-Za-z0-9._~+/=-]+$/.test(text)) return { authorization: `Bearer ${text}` };
  throw new OperatingError("KEY_INVALID", "holds no token", {
    path,
    hint: "it is one line of letters, digits and . _ ~ + / = -",
  });
}

function actingFor(input: CommandInput): Record<string, string> {
  const person = optionText(input, "acting-for");
  if (person === undefined) return {};
  if (/^[a-z0-9][a-z0-9._@-]{0,63}$/.test(person)) return { "scrim-acting-for": person };
  throw new OperatingError("INPUT_INVALID", "is no id of a person", {
    path: "--acting-for",
    hint: "ids have 1 to 64 of a-z, 0-9, . _ @ -",
  });
}

function tlsOf(input: CommandInput): TlsTexts {
  const [ca, cert, key] = ["ca", "cert", "key"].map((name) => optionText(input, name));
  if ((cert === undefined) !== (key === undefined))
    throw new OperatingError("INPUT_INVALID", "goes with the other: --cert FILE --key FILE", {
      path: cert === undefined ? "--key" : "--cert",
      hint: "a certificate is shown with its private key",
    });
  return {
    ...(ca !== undefined && { ca: readPem(ca) }),
    ...(cert !== undefined && { cert: readPem(cert) }),
    ...(key !== undefined && { key: readKey(key) }),
  };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new OperatingError("CONFIG_UNREADABLE", `can't be read (${codeOf(cause)})`, { path, cause });
  }
}

function readKey(path: string): string {
  const text = readPrivateFile(path, PEM_BYTES_MAX);
  if (text !== undefined) return text;
  throw new OperatingError("CONFIG_UNREADABLE", "no such file", { path, hint: "name your private key" });
}

function unreachable(url: string, what: string, hint: string, cause?: unknown): OperatingError {
  return new OperatingError("SOURCE_UNREACHABLE", `the control plane can't be used: ${what}`, {
    path: url,
    hint,
    cause,
  });
}
