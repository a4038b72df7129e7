import { type CandidateContext, defineDetector } from "../../detector.ts";
import { parseIpv6 } from "../../validators/ip-address.ts";
import { followsHexGroup, isAlphanumeric, isDigit, leadsHexGroup } from "../../validators/neighbours.ts";

const GROUP = "[0-9A-Fa-f]{1,4}";
const GROUPS = `${GROUP}(?::${GROUP}){0,6}`;
const EMBEDDED_IPV4 = String.raw`(?:(?:\.\d{1,3}){3})?`;

export const ipv6 = defineDetector({
  id: "ipv6",
  type: "ip_address",
  class: "client_address",
  pack: "network",
  finds: "IPv6 addresses, compressed and with an embedded IPv4 address too; no times, MACs or C++ names.",
  source: "RFC 4291 section 2.2; RFC 5952",
  confidence: "likely",
  atoms: ["[0-9A-Fa-f]::|::[0-9A-Fa-f]", `(?::${GROUP}){4}:`],
  pattern: [
    String.raw`\b${GROUPS}::(?:${GROUPS}${EMBEDDED_IPV4})?`,
    `::${GROUPS}${EMBEDDED_IPV4}`,
    String.raw`\b${GROUP}(?::${GROUP}){5,7}${EMBEDDED_IPV4}`,
  ].join("|"),
  confirm: (candidate, context) =>
    parseIpv6(candidate) !== undefined && isWhole(context) && hasDigit(candidate) && !isPairsOnly(candidate),
  examples: {
    match: [
      "from 2001:db8::7 port 22",
      "[::1]:8080",
      "::ffff:203.0.113.7",
      "addr:fe80::1%eth0",
      "2001:db8:0:0:0:0:0:1:",
      "2001:db8::/32",
    ],
    ignore: [
      "12:34:56",
      "std::vector",
      "Bad::Face",
      "de:ad:be:ef:00:11:22:33",
      "00:1b:44:11:3a:b7",
      "::",
      "a::b::c1",
      "1:2:3:4:5:6:7:8:9",
    ],
  },
});

function isWhole({ before, after }: CandidateContext): boolean {
  if (isAlphanumeric(before, before.length - 1) || isAlphanumeric(after, 0) || after[0] === "_") return false;
  return !before.endsWith("::") && !followsHexGroup(before, ":", 4) && !leadsHexGroup(after, ":");
}

/** Names of C++ and Perl are made of letters; an address without any digit is not worth their masking. */
function hasDigit(candidate: string): boolean {
  for (let i = 0; i < candidate.length; i++) if (isDigit(candidate, i)) return true;
  return false;
}

/** `de:ad:be:ef:00:11:22:33`: an EUI-64, a world-wide name or dumped bytes. */
function isPairsOnly(candidate: string): boolean {
  return candidate.split(":").every((group) => group.length === 2);
}
