import type { webcrypto } from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from "jose";

export interface Issuer {
  readonly url: string;
  /** Requests that it got, by path. */
  readonly asked: string[];
  /** What it answers with, by path: changed to make it fail. */
  readonly answers: Map<string, RequestListener>;
  sign(claims: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** Replaces its key by one of another name. */
  rotate(kid: string): Promise<void>;
  /** The public key as it is published. */
  publicJwk(): Promise<Record<string, unknown>>;
  publicKey(): CryptoKey;
  privateJwk(): Promise<webcrypto.JsonWebKey>;
  /** Signs bytes as they are, whatever they say. */
  signBytes(bytes: Uint8Array<ArrayBuffer>): Promise<Buffer>;
  close(): Promise<void>;
}

const KEYS = "/keys";
const DISCOVERY = "/.well-known/openid-configuration";

/** An issuer of tokens on this machine: a key pair, a discovery document and a set of keys over HTTP. */
export async function startIssuer(algorithm = "ES256"): Promise<Issuer> {
  const asked: string[] = [];
  const answers = new Map<string, RequestListener>();
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const answer = answers.get(request.url ?? "");
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  let kid = "first";
  let pair = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = async () => ({ ...(await exportJWK(pair.publicKey)), kid, alg: algorithm, use: "sig" });
  answers.set(
    DISCOVERY,
    answerJson(async () => ({ issuer: url, jwks_uri: `${url}${KEYS}` })),
  );
  answers.set(
    KEYS,
    answerJson(async () => ({ keys: [await publicJwk()] })),
  );

  return {
    url,
    asked,
    answers,
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid, ...header }).sign(pair.privateKey),
    async rotate(next) {
      kid = next;
      pair = await generateKeyPair(algorithm, { extractable: true });
    },
    publicJwk,
    publicKey: () => pair.publicKey,
    privateJwk: async () => (await exportJWK(pair.privateKey)) as webcrypto.JsonWebKey,
    signBytes: async (bytes) =>
      Buffer.from(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, bytes)),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** Answers with a document. */
export function answerJson(document: () => Promise<unknown>, status = 200): RequestListener {
  return (_request, response) => {
    void document().then((body) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  };
}
