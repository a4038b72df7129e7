import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/**
 * Addresses that no telemetry is sent to: link-local ones, and where clouds serve credentials to whoever asks from inside
 * a machine. A destination is never among them; a name that leads there was forged, or chosen to make us ask.
 */
const REFUSED = new BlockList();
REFUSED.addSubnet("169.254.0.0", 16, "ipv4"); // RFC 3927; metadata of AWS, Azure and Google at .169.254
REFUSED.addSubnet("fe80::", 10, "ipv6"); // RFC 4291
REFUSED.addAddress("fd00:ec2::254", "ipv6"); // metadata of AWS
REFUSED.addAddress("fd20:ce::254", "ipv6"); // metadata of Google
REFUSED.addAddress("100.100.100.200", "ipv4"); // metadata of Alibaba

/** Whether `host` is an address, without brackets, that nothing is sent to. Names are none: see {@link lookupDestination}. */
export function isRefusedAddress(host: string): boolean {
  const version = isIP(host);
  return version !== 0 && REFUSED.check(host.replace(/%.*$/, ""), version === 6 ? "ipv6" : "ipv4");
}

/** The code of the error for a name that leads to such an address. */
export const ADDRESS_REFUSED = "ERR_SCRIM_ADDRESS_REFUSED";

/** Looks up names as Node does, for each connection, and refuses those that lead where nothing is sent to. */
export const lookupDestination: LookupFunction = (host, options, done) => {
  lookup(host, options, (error, address, family) => {
    const addresses = typeof address === "string" ? [address] : (address ?? []).map((one) => one.address);
    if (error === null && addresses.some(isRefusedAddress)) {
      done(Object.assign(new Error("the name leads to a link-local address"), { code: ADDRESS_REFUSED }), "");
      return;
    }
    done(error, address, family);
  });
};
