import { OperatingError } from "@scrim/errors";
import { formatEndpoint, isLoopback, parseEndpoint } from "@scrim/gateway";
import { type Key, readPrivateKey } from "@scrim/grants";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { DEFAULT_LISTEN } from "../commands/grant-serve.ts";
import { bearerTokens } from "../grant-server/bearer-tokens.ts";
import { startGrantServer } from "../grant-server/start-grant-server.ts";
import { readPrivateFile } from "../grants/private-file.ts";
import { storeOf } from "../grants/store-option.ts";
import { seldom } from "../seldom.ts";
import { stopSignal } from "../stop-signal.ts";

const KEY_BYTES_MAX = 65_536;

export async function run(input: CommandInput, { stderr }: CommandStreams): Promise<number> {
  const say = (line: string) => stderr.write(`grant serve: ${line}\n`);
  const signing = readSigningKey(optionText(input, "key") ?? "");
  const tokenFile = optionText(input, "token-file");
  const endpoint = parseEndpoint(optionText(input, "listen") ?? DEFAULT_LISTEN);
  if (endpoint === undefined) {
    throw new OperatingError("INPUT_INVALID", "expected host:port", {
      path: "--listen",
      hint: 'write it like "127.0.0.1:4320" or "[::1]:4320"',
    });
  }
  if (tokenFile === undefined && !isLoopback(endpoint.host)) {
    throw new OperatingError("INPUT_INVALID", "is needed where other machines can ask", {
      path: "--token-file",
      hint: "make one: (umask 077; openssl rand -hex 32 > tokens); or listen on 127.0.0.1",
    });
  }
  const server = await startGrantServer({
    storePath: storeOf(input),
    signing,
    endpoint,
    ...(tokenFile !== undefined && { authorize: bearerTokens(tokenFile) }),
    told: seldom((problem) => say(`error: ${problem}`)),
  });
  const stopped = stopSignal(); // from now on: who reads "ready" may stop it at once
  if (!isLoopback(endpoint.host)) {
    say("warning: it is open to other machines, without encryption");
    say("hint: put a proxy with TLS before it; this server is for development");
  }
  say(`bundles and leases on http://${formatEndpoint(server.endpoint)}, signed with key ${signing.id}`);
  say("ready; Ctrl-C stops");
  await stopped;
  say("stopping");
  await server.shutdown();
  return 0;
}

function readSigningKey(path: string): Key {
  const pem = readPrivateFile(path, KEY_BYTES_MAX);
  if (pem !== undefined) return readPrivateKey("signing", pem, path);
  throw new OperatingError("CONFIG_UNREADABLE", "no such file", {
    path,
    hint: "make one: scrim grant keygen signing",
  });
}
