import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAccessConfig, startAccess } from "@scrim/access";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { CLIENT, SERVER, STRANGER } from "../../packages/access/testing/tls.ts";
import { type ServedPlane, servePlane, startAccessCommand } from "./control-plane.ts";
import { type Run, scrimHere } from "./scrim.ts";

/* What commands do where the control plane, or the way to it, isn't as it should be. */

let plane: ServedPlane;
beforeAll(async () => {
  plane = await servePlane(["--person", "alice:engineer", "--person", "bob:approver,admin"]);
  const out = join(plane.folder, "checkout");
  await scrimHere(["grant", "keygen", "service", "--out", out]);
  const enrolled = await plane.here("bob", "enrol", ...TARGET, "--public-key", `${out}.pub`);
  expect(enrolled.code, enrolled.stderr).toBe(0);
}, 60_000);
afterAll(() => plane.close());

const TARGET = ["--service", "checkout", "--environment", "production"];
const CAPTURE = [
  ...["request", "capture", ...TARGET, "--where", "url.path == '/pay'", "--traces", "5"],
  ...["--for", "15m", "--reason", "payments fail"],
];

type Handler = (incoming: IncomingMessage, response: ServerResponse) => void;

async function serve(handler: Handler): Promise<string> {
  const server: Server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Passes requests on to the control plane; what becomes of an answer says `deliver`. */
async function proxy(
  deliver: (incoming: IncomingMessage, response: ServerResponse, send: () => void) => void,
) {
  return await serve((incoming, response) => {
    const { method, url = "/", headers } = incoming;
    const onward = request(`${plane.url}${url}`, { method, headers }, (answer) => {
      void answer.toArray().then((parts) => {
        deliver(incoming, response, () => {
          response.writeHead(answer.statusCode ?? 500, answer.headers).end(Buffer.concat(parts as Buffer[]));
        });
      });
    });
    incoming.pipe(onward);
  });
}

const asking = (url: string, ...args: readonly string[]): Promise<Run> =>
  scrimHere(["access", ...args, "--url", url, "--token-file", plane.at("alice.token")]);

describe("a request whose answer is lost", () => {
  const requests = async () => (await plane.here("bob", "list", "--json")).stdout.split("\n").filter(Boolean);

  test("is sent again, and is there once", async () => {
    const before = (await requests()).length;
    const keys: unknown[] = [];
    const url = await proxy((incoming, response, send) => {
      keys.push(incoming.headers["idempotency-key"]);
      if (keys.length < 3) response.destroy();
      else send();
    });
    const { code, stdout, stderr } = await asking(url, ...CAPTURE);
    expect(code, stderr).toBe(0);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    const after = await requests();
    expect(after.length).toBe(before + 1);
    const id = /req-[0-9a-f]{16}/.exec(stdout)![0];
    expect(after.filter((line) => line.includes(id))).toHaveLength(1);
  });

  test("has another key than the next one", async () => {
    const keys: unknown[] = [];
    const url = await proxy((incoming, _, send) => {
      keys.push(incoming.headers["idempotency-key"]);
      send();
    });
    await asking(url, ...CAPTURE);
    await asking(url, ...CAPTURE);
    expect(new Set(keys).size).toBe(2);
    for (const key of keys) expect(key).toMatch(/^[\w-]{38,}$/);
  });

  test("is tried again where the control plane can't answer now", async () => {
    let tries = 0;
    const url = await proxy((_, response, send) => {
      if (++tries < 2) response.writeHead(503, { "retry-after": "1" }).end("{}");
      else send();
    });
    const began = performance.now();
    expect((await asking(url, "whoami")).code).toBe(0);
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(tries).toBe(2);
  });
});

describe("waiting", () => {
  test("goes on when the control plane was away", async () => {
    const waiting = startAccessCommand([...CAPTURE, "--wait", ...plane.as("alice")]);
    await waiting.says("waiting", "times out at");
    await plane.kill("SIGKILL");
    await waiting.says("does not answer; trying again");
    await plane.restart();
    const id = /req-[0-9a-f]{16}/.exec(waiting.stdout())![0];
    const approved = await plane.here("bob", "approve", id);
    expect(approved.code, approved.stderr).toBe(0);
    expect(await waiting.ended, waiting.stderr()).toBe(0);
    expect(waiting.stdout()).toContain(`request ${id} is approved by bob`);
  }, 60_000);
});

describe("where nobody answers as a control plane does", () => {
  test("a port that nothing listens on", async () => {
    const { code, stderr } = await asking("http://127.0.0.1:1", "list");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /it does not answer \(ECONNREFUSED\) \[SOURCE_UNREACHABLE\]\n.*scrim access serve/,
    );
  }, 20_000);

  const problem =
    (document: unknown): Handler =>
    (_, response) => {
      response.writeHead(403, { "content-type": "application/problem+json" }).end(JSON.stringify(document));
    };
  const ANSWERS: readonly (readonly [name: string, handler: Handler, says: RegExp])[] = [
    [
      "a page",
      (_, response) => response.end("<html>welcome</html>"),
      /it answers what this version doesn't know/,
    ],
    ["other JSON", (_, response) => response.end('{"id":7}'), /it answers what this version doesn't know/],
    [
      "bytes that are no text",
      (_, response) => response.end(Buffer.of(0xff, 0xfe)),
      /it answers what this version/,
    ],
    ["an error page", (_, response) => response.writeHead(404).end("<h1>nginx</h1>"), /it answers 404/],
    [
      "somewhere else",
      (_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
      /it answers 302/,
    ],
    [
      "a problem that nobody knows",
      problem({ title: "no", reason: "__proto__" }),
      /error: no \[ACCESS_REFUSED\]/,
    ],
    [
      "what a terminal would obey",
      problem({ title: "\u001b[2Jpwned\u202e\n", faults: [{ path: "\u0007", message: "\u009b31m" }] }),
      /\\u001b\[2Jpwned/,
    ],
    ["a long story", problem({ title: "a".repeat(100_000) }), /error: a{300} \[/],
  ];
  test.each(ANSWERS)("%s", async (_, handler, says) => {
    const { code, stdout, stderr } = await asking(await serve(handler), "whoami");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^[\x20-\x7e\n]+$/);
    expect(stderr.length).toBeLessThan(1_500);
  });

  test("an answer without end", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const chunk = Buffer.alloc(1 << 20, 0x20);
      const more = () => {
        while (response.write(chunk));
        response.once("drain", more);
      };
      more();
    });
    const { code, stderr } = await asking(url, "whoami");
    expect(code).toBe(1);
    expect(stderr).toMatch(/its answer is too large \[SOURCE_UNREACHABLE\]/);
  }, 30_000);

  test("documents with what a terminal would obey are shown written out", async () => {
    const document = {
      kind: "person",
      id: "alice\u001b]0;pwned\u0007",
      tenant: "default",
      people: ["alice"],
      roles: ["\u202eengineer"],
      teams: [],
      on_call: [],
    };
    const url = await serve((_, response) => response.end(JSON.stringify(document)));
    for (const args of [["whoami"], ["whoami", "--json"]]) {
      const { code, stdout } = await asking(url, ...args);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^[\x20-\x7e\n]+$/);
    }
    expect(JSON.parse((await asking(url, "whoami", "--json")).stdout)).toEqual(document);
  });
});

describe("over TLS", () => {
  let url: string;
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "scrim-access-tls-"));
    const made = await scrimHere(["access", "init", at("access"), "--person", "alice:viewer"]);
    expect(made.code, made.stderr).toBe(0);
    for (const [name, pair] of Object.entries({ server: SERVER, client: CLIENT, stranger: STRANGER })) {
      writeFileSync(at(`${name}.pem`), pair.certificate);
      writeFileSync(at(`${name}.key`), pair.key, { mode: 0o600 });
    }
    const identities = '["token:alice", "certificate:uri:spiffe://shop.example/alice"]';
    writeFileSync(at("access/directory.yaml"), `people:\n  - { id: alice, identities: ${identities} }\n`);
    const access = await startAccess({
      config: parseAccessConfig({
        listen: "127.0.0.1:0",
        tls: { cert_file: "../server.pem", key_file: "../server.key", client_ca_file: "../client.pem" },
        authentication: { token_file: "tokens" },
      }),
      baseDir: at("access"),
      told: () => {},
    });
    url = `https://127.0.0.1:${access.endpoint.port}`;
    return async () => {
      await access.shutdown();
      rmSync(folder, { recursive: true });
    };
  });
  const whoami = (...args: readonly string[]) => scrimHere(["access", "whoami", "--url", url, ...args]);

  test("a token, and a server that --ca vouches for", async () => {
    const { code, stdout, stderr } = await whoami(
      ...["--ca", at("server.pem"), "--token-file", at("access/alice.token")],
    );
    expect([code, stdout.split("\n")[0]], stderr).toEqual([0, "person      alice"]);
  });

  test("a certificate in place of a token", async () => {
    const mine = ["--cert", at("client.pem"), "--key", at("client.key")];
    const { code, stdout, stderr } = await whoami("--ca", at("server.pem"), ...mine);
    expect([code, stdout.split("\n")[0]], stderr).toEqual([0, "person      alice"]);
    // A further command of the same person needs the same options.
    expect(stderr).toContain(`--cert ${at("client.pem")} --key ${at("client.key")}`);
  });

  test("a certificate of somebody else", async () => {
    const theirs = ["--cert", at("stranger.pem"), "--key", at("stranger.key")];
    const { code, stderr } = await whoami("--ca", at("server.pem"), ...theirs);
    expect(code).toBe(1);
    expect(stderr).toMatch(/credentials are needed that are known here/);
  });

  test("a server that nobody vouches for gets no token", async () => {
    const { code, stderr } = await whoami("--token-file", at("access/alice.token"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/SELF_SIGNED.*\[SOURCE_UNREACHABLE\]\n.*--ca FILE/);
  });

  test("a certificate needs its key, which others may not read", async () => {
    const { code, stderr } = await whoami("--cert", at("client.pem"));
    expect([code, stderr]).toEqual([2, expect.stringContaining("--cert FILE --key FILE")]);
    const open = await whoami("--cert", at("client.pem"), "--key", at("server.pem"));
    expect(open.stderr).toMatch(/others than its owner may read/);
  });
});
