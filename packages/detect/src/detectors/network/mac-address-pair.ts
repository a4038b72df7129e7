import { defineDetector } from "../../detector.ts";
import { groupsAfter, groupsBefore } from "../../validators/hex-pairs.ts";

const PAIR = "[0-9A-Fa-f]{2}";
const RUN_LENGTH = 12;

export const macAddressPair = defineDetector({
  id: "mac_address_pair",
  type: "mac_address",
  class: "infrastructure",
  pack: "network",
  finds: "Two MAC addresses in a row, as boards and chips carry them for a serial number.",
  source: "IEEE 802-2014 section 8.1; an Ethernet header would go on with its type",
  confidence: "possible",
  atoms: [`(?:[:-]${PAIR}){3}[:-]`],
  pattern: `${PAIR}(?::${PAIR}){5}|${PAIR}(?:-${PAIR}){5}`,
  confirm: (candidate, { before, after }) => {
    const joint = candidate[2]!;
    const ahead = groupsBefore(before, joint);
    return ahead % 6 === 0 && ahead + 6 + groupsAfter(after, joint) === RUN_LENGTH;
  },
  examples: {
    match: ["chip FF:F2:9F:16:E2:23:00:0D:60:E9:1D:DC"],
    ignore: ["00:1B:44:11:3A:B7", "MAC=00:16:3e:aa:bb:cc:00:0c:29:dd:ee:0f:08:00"],
  },
});
