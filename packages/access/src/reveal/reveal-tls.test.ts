import { once } from "node:events";
import { chmodSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { bearerOf, EMAIL, sealed, startService } from "../../testing/reveal-service.ts";
import { CLIENT, SERVER, STRANGER } from "../../testing/tls.ts";

const TLS = { cert_file: "server.pem", key_file: "server.key", client_ca_file: "clients.pem" };
const start = (tls: object = TLS, listen = "127.0.0.1:0") =>
  startService(undefined, { config: { tls, listen } });

async function ask(
  url: string,
  client: Partial<typeof CLIENT> = {},
  headers: Record<string, string> = {},
  agent: Agent | false = false,
): Promise<{ status: number | undefined; isResumed: boolean; body: { value?: string; reason?: string } }> {
  const sent = request(`${url}/v1/reveal`, {
    method: "POST",
    ca: SERVER.certificate,
    ...(client.key !== undefined && { key: client.key, cert: client.certificate }),
    headers: { "content-type": "application/json", ...headers },
    agent,
  });
  sent.end(JSON.stringify({ token: sealed() }));
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const text = (await response.toArray()).join("");
  const isResumed = (response.socket as TLSSocket).isSessionReused();
  return { status: response.statusCode, isResumed, body: JSON.parse(text) };
}

describe("over TLS", () => {
  test("a client is known by its certificate, or by its token", async () => {
    const { url } = await start();
    expect((await ask(url, CLIENT)).body.value).toBe(EMAIL);
    expect((await ask(url, {}, { authorization: bearerOf("alice") })).body.value).toBe(EMAIL);
    expect((await ask(url, STRANGER, { authorization: bearerOf("alice") })).body.value).toBe(EMAIL);
  });

  test("nobody is known by a certificate that another has signed, or by none", async () => {
    const { url } = await start();
    for (const client of [STRANGER, {}])
      expect(await ask(url, client)).toMatchObject({ status: 401, body: { reason: "unauthenticated" } });
  });

  test("a session that is taken up again makes nobody else of a client", async () => {
    const { url } = await start();
    for (const [client, status] of [
      [CLIENT, 200],
      [STRANGER, 401],
      [{}, 401],
    ] as const) {
      const agent = new Agent({ keepAlive: false });
      const answers = [await ask(url, client, {}, agent), await ask(url, client, {}, agent)];
      expect(answers.map(({ isResumed }) => isResumed)).toEqual([false, true]);
      expect(answers.map((answer) => answer.status)).toEqual([status, status]);
    }
  });

  test("certificates say nothing where no authority for them is named", async () => {
    const { client_ca_file: _, ...tls } = TLS;
    const { url } = await start(tls);
    expect(await ask(url, CLIENT)).toMatchObject({ status: 401 });
  });

  test("it may be open to other machines", async () => {
    const { url } = await start(TLS, "0.0.0.0:0");
    expect((await ask(url.replace("0.0.0.0", "127.0.0.1"), CLIENT)).body.value).toBe(EMAIL);
  });

  test("it does not start with files that are no pair, or a key that others may read", async () => {
    await expect(start({ ...TLS, key_file: "reveal.key" })).rejects.toThrow(
      expect.objectContaining({ code: "KEY_INVALID", path: "tls" }),
    );
    const service = await start();
    await service.stop();
    chmodSync(join(service.folder, "server.key"), 0o644);
    await expect(service.restart()).rejects.toThrow(expect.objectContaining({ code: "CONFIG_UNREADABLE" }));
  });
});
