import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import Provider, { type AsymmetricSigningAlgorithm } from "oidc-provider";

export interface OpenIdProvider {
  readonly url: string;
  /** An access token of the machine `bot`: a JWT for a resource, opaque where none is named. */
  tokenFor(resource?: string): Promise<string>;
  close(): Promise<void>;
}

const SECRET = "secret-of-bot-in-tests-alone";

/** A certified OpenID provider, which has nothing of ours in it, with a client that gets tokens for itself. */
export async function startOpenIdProvider(
  algorithm: AsymmetricSigningAlgorithm,
  lifeS = 300,
): Promise<OpenIdProvider> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const provider = new Provider(url, {
    clients: [
      {
        client_id: "bot",
        client_secret: SECRET,
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: algorithm,
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: algorithm, use: "sig" } as never] },
    ttl: { ClientCredentials: lifeS },
    enabledJWA: { idTokenSigningAlgValues: [algorithm] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          scope: "",
          audience: resource,
          accessTokenTTL: lifeS,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: algorithm } },
        }),
      },
    },
  });
  server.on("request", provider.callback());
  return {
    url,
    async tokenFor(resource) {
      const response = await fetch(`${url}/token`, {
        method: "POST",
        headers: { authorization: `Basic ${Buffer.from(`bot:${SECRET}`).toString("base64")}` },
        body: new URLSearchParams({
          grant_type: "client_credentials",
          ...(resource !== undefined && { resource }),
        }),
      });
      const answer = (await response.json()) as { access_token?: string };
      if (answer.access_token === undefined) throw new Error(`no token: ${JSON.stringify(answer)}`);
      return answer.access_token;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
