import { OperatingError } from "@scrim/errors";
import type { Finding } from "./finding.ts";
import { mutateBytes } from "./mutate/bytes.ts";
import { type Input, MARKER, type Parser, scale, type Target } from "./parser.ts";

/** Parsers with a fault each, which the run has to find: a check that can't fail shows nothing. */

function faulty(name: Finding["kind"] | "uncaught", run: Target["run"], short = 20_000): Parser {
  return {
    name,
    covers: "a planted fault",
    goal: 0,
    short,
    seeds: [
      { variant: "text", bytes: Buffer.from(`a text with a ${MARKER} in it, and a good many letters`) },
    ],
    mutators: [mutateBytes],
    quotesNothing: true,
    open: () => ({ run }),
  };
}

/** Cubic over a part of long inputs: for all of one it would take minutes to make that one small. */
function slowWhenLong({ bytes }: Input): string {
  const part = bytes.length > LONG_BYTES ? bytes.subarray(0, 2 * LONG_BYTES) : bytes.subarray(0, 1);
  const { length } = part;
  let triples = 0;
  for (let one = 0; one < length; one++)
    for (let two = 0; two < length; two++)
      for (let three = 0; three < length; three++) triples += part[one]! ^ part[two]! ^ part[three]!;
  return `${scale(bytes.length)} ${scale(triples)}`;
}

/** More than the seed has. */
const LONG_BYTES = 100;

const leaked: Buffer[] = [];

export const PLANTED_FAULTS: readonly Parser[] = [
  faulty("crash", ({ bytes }) => {
    if (bytes.includes("with with") || bytes.includes(0xff))
      throw new TypeError("undefined is not a function");
    return "";
  }),
  faulty("uncaught", async ({ bytes }) => {
    if (bytes.includes(0xff)) setImmediate(() => Buffer.alloc(1).readUInt32LE(bytes.length));
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    return "";
  }),
  faulty("quote", ({ bytes }) => {
    if (bytes.includes(0xff))
      throw new OperatingError("INPUT_INVALID", `can't read ${bytes.toString("latin1")}`);
    return "";
  }),
  faulty("slow", slowWhenLong, 1_000),
  faulty("leak", ({ bytes }) => {
    leaked.push(Buffer.from(bytes.toString("hex").repeat(15)));
    return "";
  }),
  faulty("hang", ({ bytes }) => {
    while (bytes.includes(0xff));
    return "";
  }),
];
