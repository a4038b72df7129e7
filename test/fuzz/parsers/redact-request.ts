import { OperatingError } from "@scrim/errors";
import { compilePolicy, defaultPlan, parsePolicy } from "@scrim/policy";
import { createRedactor } from "@scrim/redact";
import type { Signal } from "@scrim/wire";
import { decodeRequest, encodeRequest, LEN, REQUEST_TYPES } from "@scrim/wire";
import { CANARIES, type Canary } from "../../leak/canaries.ts";
import { PROTOBUF_INPUTS } from "../example-inputs.ts";
import { leavesOf } from "../leaves.ts";
import { mutateBytes } from "../mutate/bytes.ts";
import { mutateProtobuf, replacedPayload, textsInProtobuf } from "../mutate/protobuf.ts";
import { type Input, must, type Parser, scale } from "../parser.ts";

const POLICIES = {
  default: defaultPlan(),
  /** So small that what is over them occurs often. */
  budgets: compilePolicy([
    parsePolicy(
      "version: 1\nlimits: { value_bytes_max: 1024, record_bytes_max: 1024, record_nodes_max: 128, candidates_max: 16 }",
      "budgets.yaml",
    ),
  ]),
  masked: compilePolicy([parsePolicy("version: 1\nunknown: mask\nbody: mask", "masked.yaml")]),
};

/** Found wherever they stand, whatever the key says. */
const FOUND = ["email", "credit_card", "private_key", "aws", "stripe"];
const PLANTED = FOUND.map((name) => CANARIES[name]!(7));

/** Texts with a structure, and with what is found in more than one way. */
const TEXTS = [
  // Others than those that are looked for: these also come to stand where no text does, as numbers side by side.
  ...FOUND.map((name) => CANARIES[name]!(3).text),
  "http.request.header.authorization",
  "user.email",
  "url.full",
  "db.query.text",
  "password",
  "https://bob:hunter2@shop.example/a%40b/?email=jane%40x.example&token=abc#frag=2",
  '{"password":"hunter2","n":{"email":"jane@shop.example","list":[4111111111111111]}}',
  `${'{"a":'.repeat(40)}1`,
  String.raw`{"m":"a \"quoted\" jane@shop.example \u0041"}`,
  "SELECT * FROM t WHERE mail = 'jane@shop.example' -- 4111 1111 1111 1111",
  "theme=dark; connect.sid=s%3Aab; Path=/, a=jane%40shop.example",
  "app --password 'open sesame' -u jane:x --mail=jane@shop.example",
  "[REDACTED:email] [WITHHELD:depth] j***@shop.example",
  Buffer.from("password=hunter2 jane@shop.example").toString("base64"),
  "4111",
  Buffer.of(0x61, 0x80), // no UTF-8
  "&#106;ane&commat;shop.example \\u0040 ｊａｎｅ＠ｓｈｏｐ．example",
];

/** Lists of which strings are read together. */
const LISTS: Input = {
  variant: "logs",
  bytes: encodeRequest("logs", {
    resourceLogs: [
      {
        scopeLogs: [
          {
            logRecords: [
              { body: listOf("4111", "1111", "11111111") },
              { attributes: [{ key: "to", value: listOf("jane", "@", "leak.example", "a") }] },
            ],
          },
        ],
      },
    ],
  }),
};

function listOf(...texts: readonly string[]) {
  return { arrayValue: { values: texts.map((stringValue) => ({ stringValue })) } };
}

/** Hostile OTLP through the redactor: the result can be read, is a fixed point, and holds nothing that was planted. */
export const redactRequest: Parser = {
  name: "redact-request",
  covers: "`createRedactor(plan).redact`, four signals under three policies",
  goal: 1_000_000,
  short: 2_000,
  seeds: Object.keys(POLICIES).flatMap((policy) =>
    [...PROTOBUF_INPUTS, LISTS].map(({ variant, bytes }) => ({ variant: `${variant} ${policy}`, bytes })),
  ),
  mutators: [mutateProtobuf, mutateProtobuf, textsInProtobuf(TEXTS), mutateBytes],
  quotesNothing: true,
  open() {
    const redactors = new Map(Object.entries(POLICIES).map(([name, plan]) => [name, createRedactor(plan)]));
    return {
      run(input) {
        const [signal, policy] = input.variant.split(" ") as [Signal, string];
        const redactor = redactors.get(policy)!;
        const canary = PLANTED[input.bytes.length % PLANTED.length]!;
        const bytes = planted(input, signal, canary);
        const { bytes: once, counts } = redactor.redact(signal, bytes);
        if (bytes !== input.bytes) must(!once.includes(canary.secret), "no canary survives");
        const levels = readable(signal, once);
        const { bytes: twice } = redactor.redact(signal, once);
        must(twice.equals(once), "redacting twice changes nothing more");
        const counted = Object.values(counts).map((count) => (typeof count === "number" ? scale(count) : ""));
        return `${levels} ${counted.join(",")}`;
      },
    };
  },
};

/** With the canary in one of the fields that hold text; the input itself where there is none. */
function planted({ bytes }: Input, signal: Signal, { text }: Canary): Buffer {
  const places = leavesOf(bytes, REQUEST_TYPES[signal]).filter(
    ({ field, wire, path }) => field?.type === "string" && wire === LEN && path.length < LEVELS_MAX,
  );
  const leaf = places[bytes.length % Math.max(1, places.length)];
  return leaf === undefined ? bytes : replacedPayload(bytes, leaf.path, leaf, Buffer.from(text));
}

/** What stands deeper is withheld whole; planting there would only cost time. */
const LEVELS_MAX = 60;

/** @throws where the result is no request, which no error of the parser's own may cover */
function readable(signal: Signal, bytes: Buffer): string {
  try {
    return String(Object.keys(decodeRequest(signal, bytes)));
  } catch (error) {
    const code = error instanceof OperatingError ? error.code : "";
    throw new Error(`the result of a redaction can't be read: ${code}`, { cause: error });
  }
}
