/** Four numbers from 0 to 255 without leading zeros, with dots between; undefined when the text is not that. */
export function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every(isOctet)) return undefined;
  return parts.map(Number);
}

function isOctet(part: string): boolean {
  if (part.length === 0 || part.length > 3 || (part.length > 1 && part[0] === "0")) return false;
  for (let i = 0; i < part.length; i++) {
    const code = part.charCodeAt(i);
    if (code < 0x30 || code > 0x39) return false;
  }
  return Number(part) <= 255;
}

const GROUPS = 8;

/** The eight groups of an IPv6 address as RFC 4291 section 2.2 writes them; undefined when it is not one. */
export function parseIpv6(text: string): readonly number[] | undefined {
  const gap = text.indexOf("::");
  if (gap === -1) return groupsOf(text, GROUPS);
  const head = gap === 0 ? [] : groupsOf(text.slice(0, gap));
  const tail = gap + 2 === text.length ? [] : groupsOf(text.slice(gap + 2));
  if (head === undefined || tail === undefined || head.length + tail.length >= GROUPS) return undefined;
  return [...head, ...new Array<number>(GROUPS - head.length - tail.length).fill(0), ...tail];
}

function groupsOf(text: string, count?: number): readonly number[] | undefined {
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    const embedded = i === parts.length - 1 ? parseIpv4(part) : undefined;
    if (embedded !== undefined) {
      groups.push(embedded[0]! * 256 + embedded[1]!, embedded[2]! * 256 + embedded[3]!);
    } else {
      if (!isHexGroup(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return count === undefined || groups.length === count ? groups : undefined;
}

function isHexGroup(part: string): boolean {
  if (part.length === 0 || part.length > 4) return false;
  for (let i = 0; i < part.length; i++) {
    const code = part.charCodeAt(i) | 0x20;
    const isDigit = code >= 0x30 && code <= 0x39;
    if (!isDigit && (code < 0x61 || code > 0x66)) return false;
  }
  return true;
}

/**
 * True for addresses that mean nothing outside their own network: private use, shared, loopback, link-local and
 * unspecified (RFC 1918, 6598, 1122, 3927, 4193, 4291), IPv4 inside IPv6 included. Documentation ranges don't
 * count: they stand for public ones.
 *
 * @example
 * ```ts
 * import { isPrivateAddress } from "@scrim/detect";
 * console.log(isPrivateAddress("10.0.0.1"), isPrivateAddress("::ffff:8.8.8.8")); // true false
 * ```
 */
export function isPrivateAddress(text: string): boolean {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return isPrivateIpv4(ipv4);
  const zone = text.indexOf("%");
  const groups = parseIpv6(zone === -1 ? text : text.slice(0, zone));
  if (groups === undefined) return false;
  const high = groups[0]!;
  if ((high & 0xfe00) === 0xfc00 || (high & 0xffc0) === 0xfe80) return true; // unique local, link-local
  if (groups.slice(0, 5).some((group) => group !== 0)) return false;
  const low = [groups[6]! >> 8, groups[6]! & 0xff, groups[7]! >> 8, groups[7]! & 0xff];
  if (groups[5] === 0xffff) return isPrivateIpv4(low); // IPv4-mapped
  return groups[5] === 0 && groups[6] === 0 && groups[7]! <= 1; // unspecified, loopback
}

function isPrivateIpv4([a, b]: readonly number[]): boolean {
  switch (a) {
    case 0:
    case 10:
    case 127:
      return true;
    case 100:
      return b! >= 64 && b! <= 127;
    case 169:
      return b === 254;
    case 172:
      return b! >= 16 && b! <= 31;
    case 192:
      return b === 168;
    default:
      return false;
  }
}
