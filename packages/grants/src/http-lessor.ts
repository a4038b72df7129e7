import { OperatingError } from "@scrim/errors";
import * as z from "zod";
import type { Audience } from "./bundle.ts";
import type { LeaseRequest, Lessor } from "./trace-leases.ts";

const ANSWER_MS = 5_000;
const ANSWER_BYTES_MAX = 65_536;

const AnswerSchema = z.object({
  granted: z.record(z.string().regex(/^[0-9a-f]{16}$/), z.int().min(0).max(1_000)),
});

export interface HttpLessorOptions {
  /** Where uses are counted: `https://access.internal/v1/grant-uses`. */
  readonly url: string;
  readonly audience: Audience;
  /** Tells processes of a service apart, `service.instance.id`. */
  readonly instance: string;
  /** Asked for each time, so that it may be rotated: `Bearer …`. */
  readonly authorization?: () => string | undefined;
}

/** Leases traces by `POST /v1/grant-uses`. */
export class HttpLessor implements Lessor {
  readonly #options: HttpLessorOptions;

  constructor(options: HttpLessorOptions) {
    this.#options = options;
  }

  async lease(request: LeaseRequest): Promise<Readonly<Record<string, number>>> {
    const { url, audience, instance, authorization } = this.#options;
    const credentials = authorization?.();
    let response: Response;
    try {
      response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(credentials !== undefined && { authorization: credentials }),
        },
        body: JSON.stringify({ ...audience, instance, ...request }),
        redirect: "error",
        signal: AbortSignal.timeout(ANSWER_MS),
      });
    } catch (cause) {
      throw refused("no answer", cause);
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw refused(`status ${response.status}`);
    }
    return AnswerSchema.parse(await jsonOf(response)).granted;
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body!) {
    length += part.length;
    if (length > ANSWER_BYTES_MAX) throw refused("an answer that is too large");
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch {
    throw refused("an answer that is no JSON");
  }
}

/** Says nothing of the address, which may hold credentials. */
function refused(reason: string, cause?: unknown): OperatingError {
  return new OperatingError("SOURCE_UNREACHABLE", `no lease of traces: ${reason}`, {
    hint: "predicates capture nothing until the server answers again",
    cause,
  });
}
