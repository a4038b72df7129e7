import { jsonToProto, protoToJson } from "@scrim/wire";
import { JSON_INPUTS, signalOf } from "../example-inputs.ts";
import { mutateBytes } from "../mutate/bytes.ts";
import { mutateJson } from "../mutate/json.ts";
import { must, type Parser, scale, Violation } from "../parser.ts";

/** OTLP in JSON: what is accepted is JSON to others too, and says the same when it is written and read again. */
export const wireJson: Parser = {
  name: "wire-json",
  covers: "`jsonToProto`, and `protoToJson` of what it makes",
  goal: 1_000_000,
  short: 15_000,
  seeds: JSON_INPUTS,
  mutators: [mutateJson, mutateJson, mutateJson, mutateBytes],
  quotesNothing: true,
  open: () => ({
    run(input) {
      const signal = signalOf(input);
      const bytes = jsonToProto(signal, input.bytes);
      checkIsJson(input.bytes);
      const again = jsonToProto(signal, Buffer.from(protoToJson(signal, bytes)));
      must(again.equals(bytes), "a request says the same when it is written and read again");
      return `${scale(bytes.length)} ${bytes.subarray(0, 1).toString("hex")}`;
    },
  }),
};

function checkIsJson(bytes: Buffer): void {
  try {
    JSON.parse(bytes.toString());
  } catch {
    throw new Violation("what is accepted is JSON");
  }
}
