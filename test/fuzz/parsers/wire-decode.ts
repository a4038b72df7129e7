import { OperatingError } from "@scrim/errors";
import { decodeRequest, encodeRequest, type JsonObject, protoToJson } from "@scrim/wire";
import { PROTOBUF_INPUTS, signalOf } from "../example-inputs.ts";
import { mutateBytes } from "../mutate/bytes.ts";
import { mutateProtobuf } from "../mutate/protobuf.ts";
import { must, type Parser, scale } from "../parser.ts";

/** Protobuf to objects and JSON: what was read says the same when it is written and read again. */
export const wireDecode: Parser = {
  name: "wire-decode",
  covers: "`decodeRequest`, `protoToJson`, and `encodeRequest` of what they read",
  goal: 1_000_000,
  short: 15_000,
  seeds: PROTOBUF_INPUTS,
  mutators: [mutateProtobuf, mutateProtobuf, mutateProtobuf, mutateBytes],
  quotesNothing: true,
  open: () => ({
    run(input) {
      const signal = signalOf(input);
      const json = protoToJson(signal, input.bytes);
      const again = encoded(() => encodeRequest(signal, decodeRequest(signal, input.bytes)));
      if (again === undefined) return `an id ${scale(json.length)}`;
      must(protoToJson(signal, again) === json, "a request says the same when it is written and read again");
      return `${scale(json.length)} ${namesIn(JSON.parse(json))}`;
    },
  }),
};

/** Undefined for a request with an id of a wrong length: protobuf can hold one, and JSON can't. */
function encoded(encode: () => Buffer): Buffer | undefined {
  try {
    return encode();
  } catch (error) {
    if (error instanceof OperatingError && error.code === "JSON_MAPPING" && /hex/.test(error.message))
      return undefined;
    throw error;
  }
}

/** Which fields occur at the first levels. */
function namesIn(request: JsonObject): string {
  const [list] = Object.values(request);
  const first = Array.isArray(list) ? list[0] : undefined;
  return `${Object.keys(request)} ${typeof first === "object" && first !== null ? Object.keys(first) : ""}`;
}
