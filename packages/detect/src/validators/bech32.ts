const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;

/** What a valid checksum leaves: bech32 (BIP 173) and bech32m (BIP 350). */
const REMAINDERS: readonly number[] = [1, 0x2bc830a3];

/** True for lower or upper case bech32 or bech32m. One text in 2^29 passes by chance. */
export function isBech32(text: string): boolean {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return false;
  const separator = lower.lastIndexOf("1");
  if (separator < 1) return false;
  let check = 1;
  for (let i = 0; i < separator; i++) check = step(check, lower.charCodeAt(i) >> 5);
  check = step(check, 0);
  for (let i = 0; i < separator; i++) check = step(check, lower.charCodeAt(i) & 31);
  for (let i = separator + 1; i < lower.length; i++) {
    const value = ALPHABET.indexOf(lower[i]!);
    if (value === -1) return false;
    check = step(check, value);
  }
  return REMAINDERS.includes(check);
}

function step(check: number, value: number): number {
  const top = check >>> 25;
  let next = ((check & 0x1ffffff) << 5) ^ value;
  for (let i = 0; i < GENERATOR.length; i++) if ((top >> i) & 1) next ^= GENERATOR[i]!;
  return next;
}

/** Cashaddr's longer checksum: forty bits, so big integers. */
const CASH_GENERATOR = [0x98f2bc8e61n, 0x79b76d99e2n, 0xf33e5fb3c4n, 0xae2eabe2a8n, 0x1e4f43e470n] as const;

/** True for a Bitcoin Cash address with this prefix (CashAddr specification). One text in 2^40 passes by chance. */
export function isCashAddress(payload: string, prefix = "bitcoincash"): boolean {
  let check = 1n;
  for (let i = 0; i < prefix.length; i++) check = cashStep(check, prefix.charCodeAt(i) & 31);
  check = cashStep(check, 0);
  for (let i = 0; i < payload.length; i++) {
    const value = ALPHABET.indexOf(payload[i]!);
    if (value === -1) return false;
    check = cashStep(check, value);
  }
  return check === 1n;
}

function cashStep(check: bigint, value: number): bigint {
  const top = Number(check >> 35n);
  let next = ((check & 0x07ffffffffn) << 5n) ^ BigInt(value);
  for (let i = 0; i < CASH_GENERATOR.length; i++) if ((top >> i) & 1) next ^= CASH_GENERATOR[i]!;
  return next;
}
