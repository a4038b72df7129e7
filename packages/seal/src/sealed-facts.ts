/**
 * What is sealed together with a value, and decides later who may open it: nobody has to believe what is written around a token.
 * Texts; what is not known is empty.
 */
export interface SealedFacts {
  /** Whose value it is: the tenant that the recipient's key belongs to. */
  readonly tenant: string;
  /** `service.name` of the resource. */
  readonly service: string;
  /** The attribute's key, or path in a body. */
  readonly path: string;
  /** The class or the detector's id that had it sealed. */
  readonly class: string;
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Name and version of the policy that had it sealed. */
  readonly policy: string;
  /** Seconds since 1970. */
  readonly sealedAt: number;
}

/** A value, and what was sealed together with it. */
export interface Opened {
  readonly value: string;
  readonly facts: SealedFacts;
}

/**
 * Plaintexts have a multiple of this many bytes, so that a token's length says little of the value's. 64 hold an e-mail address, a
 * card or a key beside facts of usual lengths in three.
 */
export const PADDING_BYTES = 64;

/** Undefined where the bytes are no plaintext. */
export function decodeOpened(bytes: Buffer): Opened | undefined {
  const fields = parse(bytes);
  if (!Array.isArray(fields) || fields.length !== FIELDS) return undefined;
  const [sealedAt, ...texts] = fields as unknown[];
  if (typeof sealedAt !== "number" || !texts.every((text) => typeof text === "string")) return undefined;
  const [tenant, service, path, sensitivityClass, traceId, policy, value] = texts as string[];
  return {
    value: value!,
    facts: {
      tenant: tenant!,
      service: service!,
      path: path!,
      class: sensitivityClass!,
      traceId: traceId!,
      policy: policy!,
      sealedAt,
    },
  };
}

const FIELDS = 8;

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
