/**
 * An incident, with people: an order fails; jane asks to see more, ben approves; the next order tells its story, with the customer's address sealed; one value is
 * opened, for a reason; the grants end; what happened can be proved, and a copy that was tampered with can't.
 * Each command that is printed is run.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type IncidentSystem, startIncidentSystem } from "./incident-system.ts";
import { runScrim } from "./system.ts";

const ORDER = {
  id: "20260822131500",
  email: "jane.doe@customers.example",
  card: "4111 1111 1111 1111",
  postcode: "10115",
  weights: [400, null],
};

const TIME_LENGTH = "2026-11-22T10:38:04.295Z".length;
const CAPTURE_S = 20;
const REVEAL_S = 15;

/** A second for a grant to arrive, and a while for its first trace to be leased. */
const ARRIVAL_MS = 2_000;

/** After so long without another record, all have left. */
const QUIET_MS = 1_500;

export interface IncidentOptions {
  readonly print: (text: string) => void;
  /** Of a database, in place of the store in a file. */
  readonly postgresUrl?: string;
}

/** Runs the session, and prints it. */
export async function runIncident({ print, postgresUrl }: IncidentOptions): Promise<void> {
  print("Starting the control plane, the reveal service, the gateway, and three services…");
  const system = await startIncidentSystem(postgresUrl);
  try {
    await new Incident(system, print).run();
  } finally {
    await system.stop();
  }
}

class Incident {
  readonly #system: IncidentSystem;
  readonly #print: (text: string) => void;

  constructor(system: IncidentSystem, print: (text: string) => void) {
    this.#system = system;
    this.#print = print;
  }

  async run(): Promise<void> {
    await this.#order("An order fails. What leaves does not say why:");

    this.#print(
      "\nJane is on duty. She asks for more, and waits; in another terminal ben reads what it is about, and approves:\n",
    );
    const ends = await this.#asked(CAPTURE);
    await sleep(ARRIVAL_MS);

    const story = await this.#order(
      "The next order tells its story, through all services. The customer's address is sealed:",
    );

    this.#print("\nThe customer has to be told. Jane asks for one address, and ben approves that too:\n");
    const sealed = story.find((line) => line.includes("[SEALED:")) ?? "";
    const revealEnds = await this.#asked(REVEAL);
    await sleep(ARRIVAL_MS);
    await this.#reveal(sealed);

    await sleep(Math.max(ends, revealEnds) + 2_000 - Date.now());
    await this.#order("The grants have ended. Silence again:");
    this.#print("\nNor is anything opened any more:");
    await this.#reveal(sealed);

    this.#print(
      "\nWhat happened can be proved, with the log's public key; a copy in which one byte was changed can't:\n",
    );
    await this.#audit();
  }

  /** Jane asks, ben approves; when the grant ends, on this machine's clock. */
  async #asked(command: readonly string[]): Promise<number> {
    const { as } = this.#system;
    this.#print(`jane$ scrim ${wrapped(command)}`);
    const asking = as("jane", ...command);
    asking.catch(() => {}); // told where it is waited for; all that was started is stopped first
    const id = await this.#pending();
    const shown = await as("ben", "access", "show", id);
    const said = await as("ben", "access", "approve", id, "--comment", "go ahead");
    this.#print(withoutHints(await asking));
    if (command === CAPTURE) this.#print(`\nben$ scrim access show ${id}\n${withoutHints(shown)}`);
    this.#print(`\nben$ scrim access approve ${id} --comment 'go ahead'\n${withoutHints(said)}`);
    return Date.now() + (command === CAPTURE ? CAPTURE_S : REVEAL_S) * 1_000;
  }

  /** The request that waits, once it is there. */
  async #pending(): Promise<string> {
    for (let tries = 0; tries < 100; tries++) {
      const found = await this.#system.as("ben", "access", "list", "--state", "pending", "--json");
      const [line] = found.split("\n");
      if (line?.startsWith("{")) return (JSON.parse(line) as { id: string }).id;
      await sleep(100);
    }
    throw new Error("no request is pending");
  }

  /** Sends an order, and prints what leaves until nothing more does, in the order of time. */
  async #order(title: string): Promise<readonly string[]> {
    const { left, order } = this.#system;
    this.#print(`\n${title}\n\n$ curl -d @order.json checkout.internal/pay`);
    const before = left().length;
    const status = await order(ORDER);
    let count = -1;
    while (count !== left().length) {
      count = left().length;
      await sleep(QUIET_MS);
    }
    this.#print(`${status}\n`);
    const records = left().slice(before).filter(isRecord).toSorted(byTime);
    for (const line of records) this.#print(shortened(line));
    return records;
  }

  async #reveal(line: string): Promise<void> {
    this.#print("\njane$ grep 'order read' checkout.log | scrim reveal");
    const { lines, said } = await this.#system.reveal("jane", `${line}\n`);
    this.#print(shortened(lines));
    this.#print(
      said
        .split("\n")
        .filter((each) => each.startsWith("reveal: "))
        .join("\n"),
    );
  }

  async #audit(): Promise<void> {
    const { folder } = this.#system;
    const key = join(folder, "access/audit.pub");
    const copy = mkdtempSync(join(tmpdir(), "scrim-tampered-"));
    try {
      const own = await runScrim(["audit", "verify", "--key", key, join(folder, "access/audit")]);
      this.#print("$ scrim audit verify --key audit.pub audit");
      this.#print(withoutPaths(own.said, folder));
      cpSync(join(folder, "access/audit"), copy, { recursive: true });
      changeOneByte(copy);
      const changed = await runScrim(["audit", "verify", "--key", key, copy]);
      this.#print("\n$ scrim audit verify --key audit.pub tampered");
      this.#print(withoutPaths(changed.said.replaceAll(copy, "tampered"), folder));
      if (changed.code !== 1) throw new Error("a tampered log verifies");
    } finally {
      rmSync(copy, { recursive: true });
    }
  }
}

const WHERE = "http.request.method == 'POST' && url.path == '/pay'";
const WHY = ["--ticket", "INC-4711", "--wait"];
const CAPTURE: readonly string[] = [
  ...["access", "request", "capture", "--service", "*", "--environment", "production"],
  ...["--where", WHERE, "--traces", "5", "--for", `${CAPTURE_S}s`],
  ...["--reason", "orders fail with 502", ...WHY],
];
const REVEAL: readonly string[] = [
  ...["access", "request", "reveal", "--service", "checkout", "--environment", "production"],
  ...["--class", "direct_identifier", "--sealed-since", "10m", "--values", "1"],
  ...["--for", `${REVEAL_S}s`, "--reason", "tell the customer", ...WHY],
];

/** In the last file of entries: somebody's decision, perhaps. */
function changeOneByte(log: string): void {
  const entries = join(log, "tile/entries");
  const [file] = readdirSync(entries, { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  const path = join(file!.parentPath, file!.name);
  const bytes = readFileSync(path);
  bytes[100]! ^= 1;
  writeFileSync(path, bytes);
}

/** Lines of records begin with their time; others count what was removed. */
function isRecord(line: string): boolean {
  return /^\d/.test(line);
}

function byTime(a: string, b: string): number {
  return a.slice(0, TIME_LENGTH).localeCompare(b.slice(0, TIME_LENGTH));
}

/** Without the day; of a span the attributes go as well, but for the grant's mark, and of a token most. */
function shortened(line: string): string {
  const record = line.slice("2026-11-22T".length).replaceAll(/(\[SEALED:v1:.{8})[\w-]+\]/g, "$1…]");
  const span = /^(\S+ SPAN {2}.*?ms(?: error)?) .*?(scrim\.grant\.id=\w+)/.exec(record);
  return span === null ? record : `${span[1]} ${span[2]} …`;
}

/** Longer lines are broken before an option. */
const LINE_LENGTH_MAX = 96;

/** On several lines, as one would write it. */
function wrapped(args: readonly string[]): string {
  const options = args
    .map(quoted)
    .join(" ")
    .split(/ (?=--)/);
  const lines: string[] = [];
  for (const option of options) {
    const line = lines.at(-1);
    if (line === undefined || line.length + option.length >= LINE_LENGTH_MAX) lines.push(option);
    else lines[lines.length - 1] = `${line} ${option}`;
  }
  return lines.join(" \\\n    ");
}

function quoted(arg: string): string {
  return /^[\w.-]+$/.test(arg) ? arg : arg.includes("'") ? `"${arg}"` : `'${arg}'`;
}

/** Hints have this system's addresses and files in them. */
function withoutHints(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^[a-z -]+: (?:hint|note): /.test(line))
    .join("\n");
}

function withoutPaths(text: string, folder: string): string {
  return text.replaceAll(`${join(folder, "access")}/`, "");
}

if (import.meta.main) {
  // Nobody reads any more (`pnpm start:incident | head`): that is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  await runIncident({ print: (text) => console.log(text) });
}
