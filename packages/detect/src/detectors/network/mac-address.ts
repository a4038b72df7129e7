import { defineDetector } from "../../detector.ts";
import { isAlphanumeric, isHexDigit, standsAlone } from "../../validators/neighbours.ts";

const PAIR = "[0-9A-Fa-f]{2}";
const QUAD = "[0-9A-Fa-f]{4}";

/** Pairs in a run that are addresses: one, two, or the two and the type of an Ethernet header (netfilter's log). */
const RUN_LENGTHS: readonly number[] = [6, 12, 14];
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
  atoms: [`(?:${PAIR}[:-]){4}`, String.raw`${QUAD}\.${QUAD}\.${QUAD}`],
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
    ],
  },
});

function isUniform(candidate: string): boolean {
  return new Set(candidate.toLowerCase()).size === 2;
}

/** Pairs of hex digits that lead up to the candidate; -1 where something else is joined to it. */
function groupsBefore(before: string, joint: string): number {
  let groups = 0;
  let end = before.length;
  while (end >= 3 && before[end - 1] === joint && isPair(before, end - 3)) {
    groups++;
    end -= 3;
  }
  return isAlphanumeric(before, end - 1) ? -1 : groups;
}

function groupsAfter(after: string, joint: string): number {
  let groups = 0;
  let start = 0;
  while (after[start] === joint && isPair(after, start + 1)) {
    groups++;
    start += 3;
  }
  return isAlphanumeric(after, start) ? -1 : groups;
}

function isPair(text: string, index: number): boolean {
  return isHexDigit(text, index) && isHexDigit(text, index + 1);
}
