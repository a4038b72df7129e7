import { Worker } from "node:worker_threads";
import type { FuzzResult } from "./fuzz.ts";
import { INPUT_BYTES_MAX } from "./mutate/mutator.ts";
import type { Input } from "./parser.ts";

/** What a worker is started with. */
export interface Job {
  /** Of `PARSERS` or `PLANTED_FAULTS`. */
  readonly parser: string;
  readonly executions: number;
  readonly seed: number;
  readonly corpus: readonly Input[];
  /** Where the input in hand is written: {@link COUNT}, {@link LENGTH}, {@link VARIANT}, then its bytes. */
  readonly inHand: SharedArrayBuffer;
}

/** Places in the memory that is shared, in words. */
export const COUNT = 0;
export const LENGTH = 1;
export const VARIANT = 2;
export const HEAD_BYTES = 16;

/** No input of a parser takes longer, by orders of magnitude, on the slowest machine. */
const HANG_MS = 60_000;
const LOOKS = 20;

/** {@link fuzz} in a thread of its own, so that an input that never returns is found, too. */
export async function watchedFuzz(
  job: Omit<Job, "inHand">,
  { variants, hangMs = HANG_MS }: { readonly variants: readonly string[]; readonly hangMs?: number },
): Promise<FuzzResult> {
  const inHand = new SharedArrayBuffer(HEAD_BYTES + INPUT_BYTES_MAX);
  const words = new Int32Array(inHand, 0, HEAD_BYTES / 4);
  const worker = new Worker(new URL("./fuzz-worker.ts", import.meta.url), {
    workerData: { ...job, inHand } satisfies Job,
  });
  try {
    return await new Promise<FuzzResult>((resolve, reject) => {
      worker.once("message", (result: FuzzResult) => resolve(withBuffers(result)));
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`the thread ended with ${code}`)));
      watch(words, hangMs, () => {
        const bytes = Buffer.from(Buffer.from(inHand, HEAD_BYTES, words[LENGTH]));
        const input = { variant: variants[words[VARIANT]!]!, bytes };
        const executions = words[COUNT]!;
        resolve({ executions, findings: [{ kind: "hang", what: "no end", input }], kept: [] });
      });
    });
  } finally {
    await worker.terminate();
  }
}

/** What comes from another thread has lost that its bytes are buffers. */
function withBuffers({ executions, findings, kept }: FuzzResult): FuzzResult {
  const restored = ({ variant, bytes }: Input): Input => ({ variant, bytes: Buffer.from(bytes) });
  return {
    executions,
    findings: findings.map((finding) => ({ ...finding, input: restored(finding.input) })),
    kept: kept.map(restored),
  };
}

/** Calls back once the count has stood still for so long; it starts with the first input. */
function watch(words: Int32Array, hangMs: number, onHang: () => void): void {
  let last = -1;
  let still = 0;
  const timer = setInterval(() => {
    const now = Atomics.load(words, COUNT);
    still = now === last && now > 0 ? still + 1 : 0;
    last = now;
    if (still < LOOKS) return;
    clearInterval(timer);
    onHang();
  }, hangMs / LOOKS);
  timer.unref();
}
