import { parseIpv4, parseIpv6 } from "../validators/ip-address.ts";
import type { SuppressionList } from "./suppression-list.ts";

const IPV4_PREFIXES = ["192.0.2", "198.51.100", "203.0.113"];

export const documentationAddresses: SuppressionList = {
  id: "documentation_addresses",
  lists:
    "IP addresses of the ranges for documentation: 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32, 3fff::/20.",
  source: "RFC 5737; RFC 3849; RFC 9637",
  types: ["ip_address"],
  has: (text) => {
    const ipv4 = parseIpv4(text);
    if (ipv4 !== undefined) return IPV4_PREFIXES.includes(ipv4.slice(0, 3).join("."));
    const [high = 0, second = 0] = parseIpv6(text.split("%")[0]!) ?? [];
    return (high === 0x2001 && second === 0x0db8) || (high === 0x3fff && second < 0x1000);
  },
  examples: {
    match: ["192.0.2.7", "198.51.100.255", "203.0.113.0", "2001:db8::1", "2001:DB8::1%eth0", "3fff:fff::1"],
    ignore: ["192.0.3.7", "2001:db9::1", "3fff:1000::1", "8.8.8.8", "::1"],
  },
};
