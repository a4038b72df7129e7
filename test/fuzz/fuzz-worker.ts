import { parentPort, workerData } from "node:worker_threads";
import { fuzz } from "./fuzz.ts";
import { variantsOf } from "./parser.ts";
import { PARSERS } from "./parsers.ts";
import { PLANTED_FAULTS } from "./planted-faults.ts";
import { COUNT, HEAD_BYTES, type Job, LENGTH, VARIANT } from "./watched-fuzz.ts";

/** Runs one job in its thread, and writes each input down before it is run. */
const { parser: name, inHand, ...options } = workerData as Job;
const parser = [...PARSERS, ...PLANTED_FAULTS].find((one) => one.name === name)!;
const words = new Int32Array(inHand, 0, HEAD_BYTES / 4);
const target = new Uint8Array(inHand, HEAD_BYTES);
const variants = variantsOf(parser);

const result = await fuzz(parser, {
  ...options,
  corpus: options.corpus.map(({ variant, bytes }) => ({ variant, bytes: Buffer.from(bytes) })),
  before({ variant, bytes }) {
    target.set(bytes);
    words[LENGTH] = bytes.length;
    words[VARIANT] = variants.indexOf(variant);
    Atomics.add(words, COUNT, 1);
  },
});
parentPort!.postMessage(result);
