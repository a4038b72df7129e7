/**
 * The session of the README: an order fails, nobody may see why; somebody approves the next ones; they tell their story; the grant ends.
 * Each command that is printed is run, and what is printed below an order is all that left the gateway.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { startSystem } from "./system.ts";

const ORDER = {
  id: "20260822131500",
  email: "jane.doe@customers.example",
  card: "4111 1111 1111 1111",
  postcode: "10115",
  weights: [400, null],
};

const TIME_LENGTH = "2026-11-22T10:38:04.295Z".length;

const GRANT_S = 10;
const CREATE: readonly (readonly string[])[] = [
  ["grant", "create", "--where", "http.request.method == 'POST' && url.path == '/pay'"],
  ["--traces", "5", "--for", `${GRANT_S}s`, "--service", "*", "--reason", "ticket 4711"],
];

/** A second for the grant to arrive, and a while for its first trace to be leased. */
const ARRIVAL_MS = 2_000;

/** After so long without another record, all have left. */
const QUIET_MS = 1_500;

/** Resolves once nobody reads what is printed (`pnpm start:checkout | head`). */
const unread = new Promise<void>((resolve, reject) => {
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    error.code === "EPIPE" ? resolve() : reject(error),
  );
});

console.log("Starting a server of grants, the gateway, and three services…");
const system = await startSystem();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void system.stop());
try {
  await Promise.race([session(), unread]);
} finally {
  await system.stop();
}
process.exit(); // the rest of a session that nobody reads is not waited for

async function session(): Promise<void> {
  if (!system.hasShipping) console.log("python3 is not here, so shipping answers nothing, and logs nothing.");

  await order("An order fails. What leaves does not say why:");

  console.log("\nSomebody approves the next orders, for a while:\n");
  console.log(`$ scrim ${CREATE.map((args) => args.map(quoted).join(" ")).join(" \\\n    ")}`);
  const created = Date.now();
  console.log(await system.scrim(...CREATE.flat()));
  await sleep(ARRIVAL_MS);

  await order("The next order tells its story, through all services, masked:");

  await sleep(created + (GRANT_S + 2) * 1_000 - Date.now());
  await order("The grant has ended. Silence again:");
}

/** Sends an order, and prints what leaves until nothing more does, in the order of time. */
async function order(title: string): Promise<void> {
  console.log(`\n${title}\n\n$ curl -d @order.json checkout.internal/pay`);
  const before = system.left().length;
  const status = await system.order(ORDER);
  let count = -1;
  while (count !== system.left().length) {
    count = system.left().length;
    await sleep(QUIET_MS);
  }
  console.log(`${status}\n`);
  for (const line of system.left().slice(before).filter(isRecord).toSorted(byTime))
    console.log(shortened(line));
}

/** Lines of records begin with their time; others count what was removed. */
function isRecord(line: string): boolean {
  return /^\d/.test(line);
}

function byTime(a: string, b: string): number {
  return a.slice(0, TIME_LENGTH).localeCompare(b.slice(0, TIME_LENGTH));
}

/** Without the day; of a span the attributes go as well, but for the grant's mark. */
function shortened(line: string): string {
  const record = line.slice("2026-11-22T".length);
  const span = /^(\S+ SPAN {2}.*?ms(?: error)?) .*?(scrim\.grant\.id=\w+)/.exec(record);
  return span === null ? record : `${span[1]} ${span[2]} …`;
}

function quoted(arg: string): string {
  return /^[\w.-]+$/.test(arg) ? arg : arg.includes("'") ? `"${arg}"` : `'${arg}'`;
}
