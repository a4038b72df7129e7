import { createHash, sign } from "node:crypto";
import { generateKeys, type KeyPairText, readPrivateKey } from "@scrim/grants";
import { type BundleChanges, type Enrolment, grantFor, OTHER_TRACE_ID, TRACE_ID } from "./enrolment.ts";

/*
 * Bundles that come where one of version 10 is in force, which approves another trace. Each would approve the attacked trace if it were
 * taken for what it says.
 */

export const IN_FORCE = 10;

/** Makes bytes of what somebody has who can write to where the bundle comes from. */
export type Forge = (enrolment: Enrolment) => Buffer;

const nowS = () => Math.floor(Date.now() / 1000);

/** What would be taken. */
export function genuine({ sign: signed }: Enrolment, changes: BundleChanges = {}): Buffer {
  return signed([grantFor(TRACE_ID)], { version: IN_FORCE + 1, ...changes });
}

/** The one in force, and what is done to it. */
export const inForce: Forge = ({ sign: signed }) =>
  signed([grantFor(OTHER_TRACE_ID)], { version: IN_FORCE, expiresAt: nowS() + 600 });

const replaced = (from: string, to: string): Forge => {
  return (enrolment) => Buffer.from(genuine(enrolment).toString("latin1").replace(from, to), "latin1");
};

const signedWith =
  (changes: () => BundleChanges): Forge =>
  (enrolment) =>
    genuine(enrolment, changes());

/** The document of a genuine bundle, under another header. */
const underHeader = (header: (genuineHeader: string, document: Buffer) => string): Forge => {
  return (enrolment) => {
    const bytes = genuine(enrolment);
    const end = bytes.indexOf("\n");
    const document = bytes.subarray(end + 1);
    return Buffer.concat([Buffer.from(`${header(bytes.toString("latin1", 0, end), document)}\n`), document]);
  };
};

/** Any document, signed by the signer: one who has gone mad, or has a later version. */
const document =
  (make: (good: string) => Buffer): Forge =>
  (enrolment) => {
    const bytes = genuine(enrolment);
    return withSignature(enrolment.signing, make(bytes.subarray(bytes.indexOf("\n") + 1).toString()));
  };

function withSignature(signing: KeyPairText, payload: Buffer, domain = "scrim grant bundle v1\0"): Buffer {
  const { id, key } = readPrivateKey("signing", signing.privateKey, "signing.key");
  const signature = sign(null, Buffer.concat([Buffer.from(domain), payload]), key);
  return Buffer.concat([Buffer.from(`scrim-bundle/1 ${id} ${signature.toString("base64url")}\n`), payload]);
}

const ZEROS = Buffer.alloc(64).toString("base64url");

export const BUNDLES: readonly (readonly [name: string, forge: Forge])[] = [
  [
    "tampered: another trace id in it",
    (enrolment) =>
      Buffer.from(
        enrolment
          .sign([grantFor(OTHER_TRACE_ID)], { version: IN_FORCE + 1 })
          .toString("latin1")
          .replace(OTHER_TRACE_ID, TRACE_ID),
        "latin1",
      ),
  ],
  ["tampered: another level", replaced('"level":"debug"', '"level":"trace"')],
  ["tampered: another version", replaced(`"version":${IN_FORCE + 1}`, `"version":${IN_FORCE + 2}`)],
  ["tampered: a blank more", replaced('"version":', '"version": ')],
  ["tampered: a line more at its end", (enrolment) => Buffer.concat([genuine(enrolment), Buffer.from("\n")])],
  [
    "tampered: a byte order mark before it",
    (enrolment) => Buffer.concat([Buffer.from("\ufeff"), genuine(enrolment)]),
  ],
  ["tampered: its line ends otherwise", replaced("\n", "\r\n")],
  ["of another format's version", replaced("scrim-bundle/1", "scrim-bundle/2")],
  ["without a signature", underHeader((header) => header.split(" ").slice(0, 2).join(" "))],
  [
    "with a signature of zeros",
    underHeader((header) => `${header.split(" ").slice(0, 2).join(" ")} ${ZEROS}`),
  ],
  [
    "with a digest for a signature",
    underHeader(
      (header, payload) =>
        `${header.split(" ").slice(0, 2).join(" ")} ${createHash("sha512").update(payload).digest("base64url")}`,
    ),
  ],
  [
    "with a signature written otherwise",
    underHeader(
      (header) =>
        `${header.slice(0, -1)}${header.endsWith("A") ? "B" : header.endsWith("Q") ? "R" : header.endsWith("g") ? "h" : "x"}`,
    ),
  ],
  [
    "with the signature of the bundle in force",
    (enrolment) => underHeader(() => inForce(enrolment).toString("latin1").split("\n")[0]!)(enrolment),
  ],
  [
    "signed without the domain",
    ({ signing, ...rest }) => withSignature(signing, documentOf(genuine({ signing, ...rest })), ""),
  ],
  [
    "signed for another protocol",
    ({ signing, ...rest }) =>
      withSignature(signing, documentOf(genuine({ signing, ...rest })), "scrim grant bundle v2\0"),
  ],
  ["of a signer that nobody trusts", signedWith(() => ({ signer: generateKeys("signing") }))],
  [
    "of a signer that nobody trusts, in the name of ours",
    (enrolment) => {
      const [, id] = genuine(enrolment).toString("latin1").split(" ");
      const forged = genuine(enrolment, { signer: generateKeys("signing") }).toString("latin1");
      return Buffer.from(forged.replace(/ [0-9a-f]{16} /, ` ${id} `), "latin1");
    },
  ],
  ["empty", () => Buffer.alloc(0)],
  ["a page", () => Buffer.from("<!doctype html>")],
  ["its document alone", (enrolment) => documentOf(genuine(enrolment))],
  [
    "truncated: its header alone",
    (enrolment) => genuine(enrolment).subarray(0, genuine(enrolment).indexOf("\n") + 1),
  ],
  ["truncated by one", (enrolment) => genuine(enrolment).subarray(0, -1)],
  ["truncated in the middle", (enrolment) => genuine(enrolment).subarray(0, 300)],
  ["twice", (enrolment) => Buffer.concat([genuine(enrolment), genuine(enrolment)])],
  ["rolled back", signedWith(() => ({ version: IN_FORCE - 1, expiresAt: nowS() + 600 }))],
  ["of the version in force", signedWith(() => ({ version: IN_FORCE }))],
  ["stale", signedWith(() => ({ issuedAt: nowS() - 61, expiresAt: nowS() - 1 }))],
  ["that ends now", signedWith(() => ({ issuedAt: nowS() - 60, expiresAt: nowS() }))],
  ["of the future", signedWith(() => ({ issuedAt: nowS() + 31, expiresAt: nowS() + 60 }))],
  ["that lives for a day", signedWith(() => ({ expiresAt: nowS() + 86_400 }))],
  ["that ends before it begins", signedWith(() => ({ issuedAt: nowS() + 10, expiresAt: nowS() + 5 }))],
  ["of another service", signedWith(() => ({ audience: { service: "cart", environment: "production" } }))],
  ["of another environment", signedWith(() => ({ audience: { service: "shop", environment: "staging" } }))],
  ["sealed to another service", signedWith(() => ({ recipient: generateKeys("service") }))],
  ["signed, and no JSON", document(() => Buffer.from("{"))],
  ["signed, with a key that there isn't", document((good) => Buffer.from(good.replace("{", '{"x":1,')))],
  ["signed, and a million deep", document(() => Buffer.alloc(1e6, "["))],
  [
    "signed, and over 64 MiB",
    document((good) => Buffer.concat([Buffer.from(good), Buffer.alloc(64 << 20, " ")])),
  ],
  ["100 MB of something", () => Buffer.alloc(100e6, "scrim-bundle/1 ")],
];

function documentOf(bundle: Buffer): Buffer {
  return bundle.subarray(bundle.indexOf("\n") + 1);
}
