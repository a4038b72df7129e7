import { countItems, decodeRequest, splitByTraceId, splitRequest } from "@scrim/wire";
import { leavesOf } from "../../../packages/wire/test/split-model.ts";
import { PROTOBUF_INPUTS, signalOf } from "../example-inputs.ts";
import { mutateBytes } from "../mutate/bytes.ts";
import { mutateProtobuf } from "../mutate/protobuf.ts";
import { must, type Parser, scale } from "../parser.ts";

/** One in so many is decoded before and after: that costs more than the split. */
const DECODED_EVERY = 7;

/** Requests that are divided: nothing is lost, doubled or moved, and what is too large is said to be. */
export const wireSplit: Parser = {
  name: "wire-split",
  covers: "`splitRequest` and `splitByTraceId`, against what decoders read before and after",
  goal: 1_000_000,
  short: 5_000,
  seeds: PROTOBUF_INPUTS,
  mutators: [mutateProtobuf, mutateProtobuf, mutateProtobuf, mutateBytes],
  quotesNothing: true,
  open: () => {
    let runs = 0;
    return {
      run(input) {
        const signal = signalOf(input);
        const { bytes } = input;
        const bytesMax = 20 + (bytes.length >> (1 + (runs++ % 4)));
        const parts = [...splitRequest(signal, bytes, bytesMax)];
        for (const part of parts)
          must(
            part.isOversized === part.bytes.length > bytesMax,
            "parts are within the limit, or said not to be",
          );
        const items = parts.reduce((sum, part) => sum + countItems(signal, part.bytes), 0);
        must(items === countItems(signal, bytes), "items are neither lost nor doubled");
        const isDecoded = runs % DECODED_EVERY === 0;
        if (isDecoded) {
          const whole = leavesOf(signal, decodeRequest(signal, bytes));
          const divided = parts.flatMap((part) => leavesOf(signal, decodeRequest(signal, part.bytes)));
          must(JSON.stringify(divided) === JSON.stringify(whole), "parts mean together what the whole meant");
        }
        if (signal === "logs" || signal === "traces") {
          const requests = splitByTraceId(signal, bytes, 3, (id) => (id.at(-1) ?? 0) % 3);
          const routed = requests.reduce(
            (sum, one) => sum + (one === undefined ? 0 : countItems(signal, one)),
            0,
          );
          must(routed === items, "items are neither lost nor doubled on their ways");
        }
        return `${signal} ${scale(parts.length)} ${scale(items)} ${parts.some(({ isOversized }) => isOversized)}`;
      },
    };
  },
};
