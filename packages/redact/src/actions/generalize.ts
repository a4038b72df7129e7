import { isIPv4, isIPv6 } from "node:net";
import { isPrivateAddress } from "@scrim/detect";
import type { Generalization } from "@scrim/policy";

/** Entries of an address list such as `X-Forwarded-For` that are looked at. */
const ADDRESSES_MAX = 32;

/**
 * A coarser value of the same kind; undefined where the value has none of the shapes that `to` speaks of, and
 * must be masked. The result is a fixed point.
 */
export function generalize(value: string, to: Generalization): string | undefined {
  return (
    generalizeAddresses(value, to) ??
    (to.date === undefined ? undefined : generalizeDate(value, to.date)) ??
    (to.bucket === undefined ? undefined : generalizeNumber(value, to.bucket)) ??
    (to.url === undefined ? undefined : generalizeUrl(value))
  );
}

function generalizeAddresses(value: string, to: Generalization): string | undefined {
  if (!value.includes(",")) return generalizeAddress(value, to);
  const parts = value.split(",", ADDRESSES_MAX + 1);
  if (parts.length > ADDRESSES_MAX) return undefined;
  const coarse: string[] = [];
  for (const part of parts) {
    const address = generalizeAddress(part.trim(), to);
    if (address === undefined) return undefined;
    coarse.push(address);
  }
  return coarse.join(", ");
}

function generalizeAddress(value: string, to: Generalization): string | undefined {
  if (isIPv4(value)) {
    if (to.ipv4_prefix === undefined) return undefined;
    return isPrivateAddress(value) ? value : ipv4Prefix(value, to.ipv4_prefix);
  }
  const bare = value.startsWith("[") && value.endsWith("]") ? value.slice(1, -1) : value;
  if (!isIPv6(bare) || bare.includes("%") || to.ipv6_prefix === undefined) return undefined;
  return isPrivateAddress(bare) ? value : ipv6Prefix(bare, to.ipv6_prefix);
}

/** `203.0.113.7` with 24 bits kept is `203.0.113.0`. */
function ipv4Prefix(address: string, bits: number): string {
  return address
    .split(".")
    .map((part, index) => keepBits(Number(part), 8, bits - index * 8))
    .join(".");
}

/** `2001:db8:1:2::3` with 48 bits kept is `2001:db8:1::`. */
function ipv6Prefix(address: string, bits: number): string {
  const groups = ipv6Groups(address).map((group, index) => keepBits(group, 16, bits - index * 16));
  let last = groups.length;
  while (last > 0 && groups[last - 1] === 0) last--;
  const head = groups.slice(0, last).map((group) => group.toString(16));
  if (last === 8) return head.join(":");
  return last === 7 ? `${head.join(":")}:0` : `${head.join(":")}::`;
}

function keepBits(value: number, width: number, bits: number): number {
  const hidden = Math.min(width, Math.max(0, width - bits));
  return (value >>> hidden) << hidden;
}

/** The eight groups of an address that `isIPv6` accepts. */
function ipv6Groups(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const left = ipv6Part(head);
  if (tail === undefined) return left;
  const right = ipv6Part(tail);
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function ipv6Part(part: string): number[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}

/** `2026-11-21T10:00:00Z` to `2026-11`: ISO 8601 dates, with or without a time. */
function generalizeDate(value: string, unit: "year" | "month" | "day"): string | undefined {
  const [, year, month, day] =
    /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ][\d:.,+Zz-]{2,40})?)?)?$/.exec(value) ?? [];
  if (year === undefined) return undefined;
  if (unit === "year" || month === undefined) return year;
  return unit === "month" || day === undefined ? `${year}-${month}` : `${year}-${month}-${day}`;
}

/** Numbers of more digits lose some of them as a `number`. */
const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/;

function generalizeNumber(value: string, bucket: number): string | undefined {
  if (!NUMBER.test(value)) return undefined;
  const coarse = String(Math.floor(Number(value) / bucket) * bucket);
  return NUMBER.test(coarse) ? coarse : undefined; // a negative one may have got a digit more
}

/** `https://user@shop.example/cart?id=7#top` to `https://shop.example/cart`. */
function generalizeUrl(value: string): string | undefined {
  if (!URL.canParse(value)) return undefined;
  const url = new URL(value);
  if (!/^(?:https?|wss?|ftp):$/.test(url.protocol)) return undefined;
  return `${url.protocol}//${url.host}${url.pathname}`;
}
