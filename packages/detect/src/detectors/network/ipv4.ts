import { type CandidateContext, defineDetector } from "../../detector.ts";
import { isAlphanumeric, isDigit, isLetter } from "../../validators/neighbours.ts";

const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;

/** Words before four numbers with dots that make them a version of something. */
const VERSION_WORDS = ["version", "ver", "v", "release", "rev", "build", "firmware", "fw"];

/** Browsers whose versions are four numbers, as their user agents name them: `Chrome/156.0.0.0`. */
const BROWSERS = [
  "Chrome",
  "Chromium",
  "CriOS",
  "Edg",
  "EdgA",
  "Edge",
  "EdgiOS",
  "Electron",
  "HeadlessChrome",
  "OPR",
  "Opera",
  "SamsungBrowser",
  "UCBrowser",
  "Vivaldi",
  "Whale",
  "YaBrowser",
];

export const ipv4 = defineDetector({
  id: "ipv4",
  type: "ip_address",
  class: "client_address",
  pack: "network",
  finds: "IPv4 addresses: four numbers from 0 to 255 without leading zeros, which no word calls a version.",
  source: "RFC 791; RFC 6943 section 3.1.1",
  confidence: "likely",
  atoms: [String.raw`\d\.\d{1,3}\.\d{1,3}\.\d`],
  pattern: String.raw`${OCTET}\.${OCTET}\.${OCTET}\.${OCTET}`,
  confirm: (_candidate, context) =>
    isWholeQuad(context) && !isCalledVersion(context.before) && !isBrowserVersion(context.before),
  examples: {
    match: [
      "from 203.0.113.7 port 22",
      "/10.0.0.1:8080",
      "client_198.51.100.4_7",
      "[192.0.2.1]",
      "192.0.2.0/24",
      "at 192.0.2.1.",
      "Node7/203.0.113.7",
    ],
    ignore: [
      "version 6.1.1.0",
      "v1.2.3.4",
      "Release: 4.1.4.2",
      "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36",
      "1.2.3.4.5",
      "256.1.1.1",
      "10.0.0.256",
      "10.0.0.01",
      "1.2.3",
    ],
  },
});

function isWholeQuad({ before, after }: CandidateContext): boolean {
  const left = before.length - 1;
  if (isAlphanumeric(before, left) || (before[left] === "." && isAlphanumeric(before, left - 1)))
    return false;
  return !isAlphanumeric(after, 0) && !(after[0] === "." && isDigit(after, 1));
}

function isBrowserVersion(before: string): boolean {
  if (!before.endsWith("/")) return false;
  return BROWSERS.some(
    (name) => before.endsWith(`${name}/`) && !isAlphanumeric(before, before.length - name.length - 2),
  );
}

/** `version 1.2.3.4`, `ver: 1.2.3.4`, `"version":"1.2.3.4"`, `fw=1.2.3.4`. */
function isCalledVersion(before: string): boolean {
  let end = before.length;
  while (end > 0 && " :=\"'".includes(before[end - 1]!)) end--;
  if (!isLetter(before, end - 1)) return false;
  const lower = before.slice(0, end).toLowerCase();
  return VERSION_WORDS.some((word) => lower.endsWith(word) && !isAlphanumeric(lower, end - word.length - 1));
}
