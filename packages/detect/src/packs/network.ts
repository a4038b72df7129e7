import type { DetectorDefinition } from "../detector.ts";
import { ipv4 } from "../detectors/network/ipv4.ts";
import { ipv6 } from "../detectors/network/ipv6.ts";
import { macAddress } from "../detectors/network/mac-address.ts";
import { macAddressPair } from "../detectors/network/mac-address-pair.ts";

/** Addresses of machines. */
export const NETWORK: readonly DetectorDefinition[] = [ipv4, ipv6, macAddress, macAddressPair];
