/**
 * Keccak-256 as Ethereum uses it: the submission to the SHA-3 contest, whose padding byte FIPS 202 later changed
 * from 0x01 to 0x06, so that Node's `sha3-256` gives another digest. For the few bytes of an address speed does
 * not matter: 64-bit lanes are big integers.
 */
export function keccak256(message: Uint8Array): Uint8Array {
  const state = new BigUint64Array(25);
  const blocks = Math.floor(message.length / RATE_BYTES) + 1;
  const padded = new Uint8Array(blocks * RATE_BYTES);
  padded.set(message);
  padded[message.length] = 0x01;
  padded[padded.length - 1]! |= 0x80;
  const lanes = new DataView(padded.buffer);
  for (let block = 0; block < padded.length; block += RATE_BYTES) {
    for (let i = 0; i < RATE_BYTES / 8; i++) state[i]! ^= lanes.getBigUint64(block + i * 8, true);
    permute(state);
  }
  const digest = new Uint8Array(32);
  for (let i = 0; i < 4; i++) new DataView(digest.buffer).setBigUint64(i * 8, state[i]!, true);
  return digest;
}

const RATE_BYTES = 136;
const ROUNDS = 24;

/** Rotation offsets and the order of lanes, along the walk of the rho and pi steps. */
const ROTATIONS = [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];
const LANES = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

function permute(state: BigUint64Array): void {
  let register = 1;
  for (let round = 0; round < ROUNDS; round++) {
    theta(state);
    rhoAndPi(state);
    chi(state);
    register = iota(state, register);
  }
}

function theta(state: BigUint64Array): void {
  const columns = Array.from(
    { length: 5 },
    (_, x) => state[x]! ^ state[x + 5]! ^ state[x + 10]! ^ state[x + 15]! ^ state[x + 20]!,
  );
  for (let i = 0; i < 25; i++) state[i]! ^= columns[(i + 4) % 5]! ^ rotate(columns[(i + 1) % 5]!, 1);
}

function rhoAndPi(state: BigUint64Array): void {
  let carried = state[1]!;
  for (let i = 0; i < LANES.length; i++) {
    const lane = LANES[i]!;
    const next = state[lane]!;
    state[lane] = rotate(carried, ROTATIONS[i]!);
    carried = next;
  }
}

function chi(state: BigUint64Array): void {
  for (let y = 0; y < 25; y += 5) {
    const row = state.slice(y, y + 5);
    for (let x = 0; x < 5; x++) state[y + x] = row[x]! ^ (~row[(x + 1) % 5]! & row[(x + 2) % 5]!);
  }
}

/** Round constants come from a shift register, seven of whose bits land at positions 2^j - 1. */
function iota(state: BigUint64Array, register: number): number {
  let next = register;
  for (let j = 0; j < 7; j++) {
    if (next & 1) state[0]! ^= 1n << BigInt((1 << j) - 1);
    next = next & 0x80 ? ((next << 1) ^ 0x171) & 0xff : next << 1;
  }
  return next;
}

function rotate(lane: bigint, bits: number): bigint {
  return BigInt.asUintN(64, (lane << BigInt(bits)) | (lane >> BigInt(64 - bits)));
}
