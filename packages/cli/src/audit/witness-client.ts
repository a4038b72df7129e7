import {
  directorySource,
  type NoteVerifier,
  type SignedCheckpoint,
  withCosignature,
  witnessRequest,
} from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { readBody } from "./http-source.ts";

/** Cosignatures have some hundred bytes. */
const ANSWER_BYTES_MAX = 16 * 1024;
const TIMEOUT_MS = 30_000;

/**
 * Has a checkpoint cosigned. A witness tells how far it knows the log; it is then shown that the log continues that.
 *
 * @throws {OperatingError} `SOURCE_UNREACHABLE` where it does not answer, `AUDIT_INVALID` where it does not cosign
 */
export async function askWitness(
  directory: string,
  checkpoint: SignedCheckpoint,
  witness: NoteVerifier,
  address: string,
): Promise<SignedCheckpoint> {
  const url = `${address.endsWith("/") ? address.slice(0, -1) : address}/add-checkpoint`;
  const ask = async (oldSize: number) =>
    await post(url, await witnessRequest(directorySource(directory), checkpoint, oldSize));
  let answer = await ask(0);
  if (answer.status === 409) answer = await ask(knownSize(answer.body, checkpoint.size, url));
  if (answer.status === 200) return withCosignature(checkpoint, answer.body, witness);
  throw new OperatingError("AUDIT_INVALID", `the witness does not cosign: it answers ${answer.status}`, {
    path: url,
    hint: HINTS[answer.status] ?? "is this the address of a witness?",
  });
}

const HINTS: Readonly<Record<number, string>> = {
  403: "the log's key is not the one that the witness knows it by",
  404: "the witness does not watch this log, or has another address",
  409: "the witness knows another history of this log",
  422: "the witness knows another history of this log",
};

/** What the witness has seen. More than there is means that the log was cut off. */
function knownSize(body: string, size: number, url: string): number {
  const known = /^(?:0|[1-9]\d{0,15})\n$/.test(body) ? Number(body) : undefined;
  if (known === undefined || known > size) {
    throw new OperatingError(
      "AUDIT_INVALID",
      known === undefined
        ? "the witness answers what is no size"
        : `the witness has seen ${known} entries, here are ${size}`,
      { path: url, hint: "is this an old copy of the log?" },
    );
  }
  return known;
}

async function post(url: string, body: string): Promise<{ readonly status: number; readonly body: string }> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { method: "POST", body, redirect: "error", signal });
    return { status: response.status, body: (await readBody(url, response, ANSWER_BYTES_MAX)).toString() };
  } catch (cause) {
    if (cause instanceof OperatingError) throw cause;
    throw new OperatingError("SOURCE_UNREACHABLE", "the witness does not answer", { path: url, cause });
  }
}
