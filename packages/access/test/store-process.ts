/**
 * Another process on a store. `count N` adds to a count, N times; `pairs N` puts documents that belong together, without N for ever. Prints the number of
 * each write once it is kept, and `failed` for each that the store refused.
 */
import { writeSync } from "node:fs";
import type { Store } from "../src/index.ts";
import { accountOf } from "./documents.ts";

const [argument = "", task, times] = process.argv.slice(2);
const store = await open().catch((error) => {
  if (error.code === "STORE_UNUSABLE") process.exit(3);
  throw error;
});
writeSync(1, "ready\n");

/** Loads what it needs alone: tests start dozens of these. */
async function open(): Promise<Store> {
  if (argument.startsWith("sqlite:")) {
    const { SqliteStore } = await import("../src/store/sqlite/sqlite-store.ts");
    return await SqliteStore.open({ path: argument.slice("sqlite:".length) });
  }
  const { PostgresStore } = await import("../src/store/postgres/postgres-store.ts");
  return await PostgresStore.open({ url: argument });
}

/** Adds one to a count, and gives the new one. */
function increment(): Promise<number> {
  return store.write(async (transaction) => {
    const leased = 1 + ((await transaction.get("account", "count"))?.leased ?? 0);
    await transaction.put("account", accountOf("count", leased));
    return leased;
  });
}

/** Puts the next number in three documents, of which one is new each time. */
function putPair(): Promise<number> {
  return store.write(async (transaction) => {
    const next = 1 + ((await transaction.get("account", "left"))?.leased ?? 0);
    await transaction.put("account", accountOf("left", next));
    await transaction.put("account", accountOf(`number ${next}`, next));
    await new Promise((resolve) => setImmediate(resolve));
    await transaction.put("account", accountOf("right", next));
    return next;
  });
}

const write = task === "count" ? increment : putPair;
for (let time = 0; time < Number(times ?? Number.POSITIVE_INFINITY); time++) {
  const line = await write().catch((error) => {
    if (error.code === "STORE_UNUSABLE") return "failed";
    throw error;
  });
  writeSync(1, `${line}\n`);
}
await store.close();
