import { dirname } from "node:path";
import { OperatingError } from "@scrim/errors";
import * as z from "zod";
import { parseCheckpoint, type SignedCheckpoint } from "./checkpoint.ts";
import { diskFileSystem, type FileSystem } from "./file-system.ts";
import { EMPTY_ROOT } from "./merkle-hash.ts";
import { isConsistent } from "./merkle-proof.ts";
import type { NoteSigner, NoteVerifier } from "./note-key.ts";
import { parseHash } from "./note-text.ts";
import { formatSignature, isSignedBy, signAsWitness } from "./signed-note.ts";
import { withFiles } from "./unusable.ts";
import { parseWitnessRequest, type WitnessRequest } from "./witness-request.ts";

export interface WitnessOptions {
  readonly signer: NoteSigner;
  /** The logs it watches. */
  readonly logs: readonly NoteVerifier[];
  /** Where it keeps what it has cosigned: a file of mode 0600. */
  readonly stateFile: string;
  /** Begins without a state. A witness that has lost it would cosign another history. */
  readonly create?: boolean;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly files?: FileSystem;
}

/** An HTTP answer. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly type: "text/plain; charset=utf-8" | "text/x.tlog.size";
  readonly body: string;
}

/** Logs that one witness watches: their heads are in one file. */
const LOGS_MAX = 1_000;
const STATE_BYTES_MAX = 1024 * 1024;

const StateSchema = z.record(
  z.string(),
  z.strictObject({ size: z.int().min(0), root: z.string().refine((text) => parseHash(text) !== undefined) }),
);
type State = z.output<typeof StateSchema>;

/**
 * Remembers the last checkpoint of each log, and cosigns one that continues it. A log that wants to show two histories then needs
 * witnesses that agree to it. c2sp.org/tlog-witness
 */
export class Witness {
  readonly #options: WitnessOptions;
  readonly #files: FileSystem;
  readonly #unlock: () => Promise<void>;
  #state: State;
  /** Requests take turns: what is compared must still be so when it is written. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: WitnessOptions, state: State, unlock: () => Promise<void>) {
    this.#options = options;
    this.#files = options.files ?? diskFileSystem;
    this.#state = state;
    this.#unlock = unlock;
  }

  /** @throws {OperatingError} `STORE_UNUSABLE` where the state is not there, is broken, or another process holds it */
  static async open(options: WitnessOptions): Promise<Witness> {
    const { stateFile, create = false, files = diskFileSystem, logs } = options;
    if (logs.length > LOGS_MAX)
      throw new OperatingError("INPUT_INVALID", `a witness watches at most ${LOGS_MAX} logs`);
    const unlock = await files.lock(`${stateFile}.lock`);
    try {
      const bytes = await withFiles("can't be read", stateFile, () => files.read(stateFile, STATE_BYTES_MAX));
      if (bytes === undefined && !create) throw lostState(stateFile, "is not there");
      return new Witness(options, bytes === undefined ? {} : readState(bytes, stateFile), unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /**
   * Answers the body of an `add-checkpoint` request. The new head is on the disk before its cosignature is returned.
   *
   * @throws {OperatingError} `STORE_UNUSABLE` where the state can't be written
   */
  async addCheckpoint(body: Uint8Array): Promise<WitnessAnswer> {
    const answer = this.#turn.then(() => this.#answer(body));
    this.#turn = answer.catch(() => undefined);
    return await answer;
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#unlock();
  }

  async #answer(body: Uint8Array): Promise<WitnessAnswer> {
    let request: WitnessRequest;
    let checkpoint: SignedCheckpoint;
    try {
      request = parseWitnessRequest(body);
      checkpoint = parseCheckpoint(Buffer.from(request.checkpoint));
    } catch {
      return refusal(400, "malformed");
    }
    const keys = this.#options.logs.filter(({ name }) => name === checkpoint.origin);
    if (keys.length === 0) return refusal(404, "unknown log");
    if (!isSignedByOne(checkpoint, keys)) return refusal(403, "not signed by the log");
    const known = this.#state[checkpoint.origin];
    const refused = refusalOf(request, checkpoint, known);
    if (refused !== undefined) return refused;
    await this.#remember(checkpoint);
    const { signer, clock = Date.now } = this.#options;
    const signature = signAsWitness(signer, checkpoint.note.text, Math.floor(clock() / 1000));
    return { status: 200, type: "text/plain; charset=utf-8", body: formatSignature(signature) };
  }

  async #remember({ origin, size, root }: SignedCheckpoint): Promise<void> {
    const { stateFile } = this.#options;
    const state = { ...this.#state, [origin]: { size, root: root.toString("base64") } };
    await withFiles("can't be written", stateFile, async () => {
      await this.#files.write(`${stateFile}.next`, Buffer.from(`${JSON.stringify(state)}\n`), true);
      await this.#files.rename(`${stateFile}.next`, stateFile);
      await this.#files.syncFolder(dirname(stateFile));
    });
    this.#state = state;
  }
}

function isSignedByOne({ note }: SignedCheckpoint, keys: readonly NoteVerifier[]): boolean {
  try {
    return keys.some((key) => isSignedBy(note, key));
  } catch {
    return false;
  }
}

/** Why a checkpoint is not cosigned; undefined where it continues what is known. */
function refusalOf(
  { oldSize, proof }: WitnessRequest,
  { size, root }: SignedCheckpoint,
  known: State[string] | undefined,
): WitnessAnswer | undefined {
  if (oldSize > size) return refusal(400, "the old size is larger than the checkpoint's");
  const knownSize = known?.size ?? 0;
  const knownRoot = known === undefined ? EMPTY_ROOT : parseHash(known.root)!;
  const conflict: WitnessAnswer = { status: 409, type: "text/x.tlog.size", body: `${knownSize}\n` };
  if (oldSize !== knownSize) return conflict;
  if (oldSize === size && !knownRoot.equals(root)) return conflict;
  if (!isConsistent(oldSize, knownRoot, size, root, proof)) return refusal(422, "the proof does not hold");
  return undefined;
}

function refusal(status: WitnessAnswer["status"], why: string): WitnessAnswer {
  return { status, type: "text/plain; charset=utf-8", body: `${why}\n` };
}

function readState(bytes: Buffer, path: string): State {
  try {
    return StateSchema.parse(JSON.parse(bytes.toString()));
  } catch (cause) {
    throw lostState(path, "is broken", cause);
  }
}

function lostState(path: string, what: string, cause?: unknown): OperatingError {
  return new OperatingError("STORE_UNUSABLE", `the witness's state ${what}`, {
    path,
    hint: "a witness without what it has seen would cosign another history: restore the file; a new witness begins with --new",
    cause,
  });
}
