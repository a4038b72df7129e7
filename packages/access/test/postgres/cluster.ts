import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** Where `initdb` and `postgres` are; undefined where PostgreSQL is not installed. The newest of several. */
export const BINARIES = [
  ...(process.env.PATH ?? "").split(delimiter),
  ...globSync("/usr/lib/postgresql/*/bin").toSorted().toReversed(),
].find((folder) => ["initdb", "postgres"].every((name) => existsSync(join(folder, name))));

const CERTIFICATE = [
  ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost".split(" "),
  ..."-addext subjectAltName=DNS:localhost".split(" "),
];

const run = promisify(execFile);

/** `initdb` refuses root: as root all runs as the user of the package, or as nobody. */
const OWNER = process.getuid?.() === 0 ? (idsOf("postgres") ?? idsOf("nobody")) : undefined;

/** A PostgreSQL server of our own: its data in a new folder, on a free port of this machine alone. */
export class Cluster {
  readonly #folder: string;
  readonly #port: number;
  #server: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
  }

  static async start(): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), "scrim-postgres-"));
    if (OWNER !== undefined) chownSync(folder, OWNER.uid, OWNER.gid);
    const cluster = new Cluster(folder, await freePort());
    const options = ["--username=scrim", "--auth=trust", "--encoding=UTF8", "--no-locale"];
    await run(join(BINARIES!, "initdb"), ["--pgdata", cluster.#data, ...options], { cwd: folder, ...OWNER });
    await run("openssl", [...CERTIFICATE, "-keyout", cluster.#key, "-out", cluster.certificate], {
      cwd: folder,
      ...OWNER,
    });
    await cluster.restart();
    return cluster;
  }

  /** The server's certificate, for localhost. It signs itself. */
  get certificate(): string {
    return join(this.#folder, "server.pem");
  }

  get #key(): string {
    return join(this.#folder, "server.key");
  }

  get #data(): string {
    return join(this.#folder, "data");
  }

  /** The address of a database, by its name. */
  url(database: string): string {
    return `postgres://scrim@127.0.0.1:${this.#port}/${database}`;
  }

  /** Starts the server, again, and waits until it answers. */
  async restart(): Promise<void> {
    for (const deadline = Date.now() + 30_000; ; ) {
      const failure = await this.#tryStart(deadline);
      if (failure === undefined) return;
      // What a server that was killed has started takes a moment to notice.
      if (!failure.includes("still in use") || Date.now() > deadline)
        throw new Error(`no server: ${failure}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends the server as a crash does: no word to its clients, nothing flushed. What it has started ends by itself. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async remove(): Promise<void> {
    await this.#end("SIGINT"); // without waiting for clients
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server!;
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    await ended;
  }

  /** What it said, where it has ended instead. */
  async #tryStart(deadline: number): Promise<string | undefined> {
    const settings = {
      listen_addresses: "127.0.0.1",
      port: this.#port,
      unix_socket_directories: "",
      ssl: "on",
      ssl_cert_file: this.certificate,
      ssl_key_file: this.#key,
      fsync: "on",
      shared_buffers: "16MB",
      max_connections: 60,
    };
    const server = spawn(
      join(BINARIES!, "postgres"),
      ["-D", this.#data, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
      { cwd: this.#folder, stdio: ["ignore", "ignore", "pipe"], ...OWNER },
    );
    this.#server = server;
    let said = "";
    server.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-10_000);
    });
    while (!said.includes("database system is ready to accept connections")) {
      if (server.exitCode !== null || Date.now() > deadline) return said;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return undefined;
  }
}

function idsOf(user: string): { readonly uid: number; readonly gid: number } | undefined {
  try {
    const [uid, gid] = ["-u", "-g"].map((flag) =>
      Number(execFileSync("id", [flag, user], { stdio: "pipe" })),
    );
    return { uid: uid!, gid: gid! };
  } catch {
    return undefined;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
