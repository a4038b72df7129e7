import { defineDetector } from "../../detector.ts";
import { groupsAfter, groupsBefore } from "../../validators/hex-pairs.ts";
import { isHexDigit, standsAlone } from "../../validators/neighbours.ts";

const PAIR = "[0-9A-Fa-f]{2}";
const QUAD = "[0-9A-Fa-f]{4}";

/**
 * Pairs in a run that are addresses: one, or the two and the type of an Ethernet header (netfilter's log). Twelve
 * pairs by themselves are a serial number.
 */
const RUN_LENGTHS: readonly number[] = [6, 14];
/** Where in such a run an address begins. */
const GROUPS_AHEAD: readonly number[] = [0, 6];
const QUADS_LENGTH = "0011.2233.4455".length;

export const macAddress = defineDetector({
  id: "mac_address",
  type: "mac_address",
  class: "client_address",
  pack: "network",
  finds:
    "MAC addresses: six pairs of hex digits, or three groups of four, and no piece of a dump or fingerprint.",
  source: "IEEE 802-2014 section 8.1",
  confidence: "likely",
  // An atom that begins with a hex digit would have a state for each digit of every id.
  atoms: [`(?:[:-]${PAIR}){3}[:-]`, String.raw`\.${QUAD}\.[0-9A-Fa-f]`],
  pattern: String.raw`${PAIR}(?::${PAIR}){5}|${PAIR}(?:-${PAIR}){5}|${QUAD}\.${QUAD}\.${QUAD}`,
  confirm: (candidate, { before, after }) => {
    if (isUniform(candidate)) return false; // broadcast, or none
    if (candidate.length === QUADS_LENGTH) {
      const goesOn = before.endsWith(".") || (after[0] === "." && isHexDigit(after, 1));
      return standsAlone({ before, after }) && !goesOn;
    }
    const joint = candidate[2]!;
    const ahead = groupsBefore(before, joint);
    return GROUPS_AHEAD.includes(ahead) && RUN_LENGTHS.includes(ahead + 6 + groupsAfter(after, joint));
  },
  examples: {
    match: [
      "mac 00:1B:44:11:3A:B7",
      "src:3c:07:54:6a:00:01",
      "3c-07-54-6a-00-01,",
      "eth0_0011.2233.4455",
      "MAC=00:16:3e:aa:bb:cc:00:0c:29:dd:ee:0f:08:00 SRC=",
    ],
    ignore: [
      "00:1b:44:11:3a",
      "de:ad:be:ef:00:11:22:33",
      "12:34:56",
      "4111.1111.1111.1111",
      "001b4411:3ab7",
      "00:1B-44:11-3A:B7",
      "ff:ff:ff:ff:ff:ff",
      "16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
      "chip FF:F2:9F:16:E2:23:00:0D:60:E9:1D:DC",
    ],
  },
});

function isUniform(candidate: string): boolean {
  return new Set(candidate.toLowerCase()).size === 2;
}
