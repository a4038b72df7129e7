import { diskFileSystem, type FileSystem } from "@scrim/audit";
import type { Store, Transaction } from "../../src/index.ts";

/** What is called at each step by which something is written: before it, and behind it. */
export type AtPoint = (name: string) => void | Promise<void>;

/** Files of a log, with a point around each call that changes one. */
export function filesWithPoints(at: AtPoint): FileSystem {
  const around = async <T>(name: string, action: () => Promise<T>): Promise<T> => {
    await at(`before ${name}`);
    const result = await action();
    await at(`behind ${name}`);
    return result;
  };
  return {
    ...diskFileSystem,
    write: (path, bytes, isSynced) => around("log write", () => diskFileSystem.write(path, bytes, isSynced)),
    rename: (from, to) => around("log rename", () => diskFileSystem.rename(from, to)),
    remove: (path) => around("log remove", () => diskFileSystem.remove(path)),
    async openToAppend(path) {
      const file = await diskFileSystem.openToAppend(path);
      return {
        append: (bytes) => around("log append", () => file.append(bytes)),
        sync: () => around("log sync", () => file.sync()),
        truncate: (length) => around("log truncate", () => file.truncate(length)),
        close: () => file.close(),
      };
    },
  };
}

/** A store with a point before each document that is put, before the commit, and behind it. */
export function storeWithPoints(store: Store, at: AtPoint): Store {
  return {
    read: (work) => store.read(work),
    onChange: (listener) => store.onChange(listener),
    close: () => store.close(),
    async write(work) {
      let hasPut = false;
      const result = await store.write(async (transaction) => {
        const watched: Transaction = {
          get: (kind, id) => transaction.get(kind, id),
          find: (kind, where) => transaction.find(kind, where),
          remove: (kind, id) => transaction.remove(kind, id),
          async put(kind, document) {
            hasPut = true;
            await at(`before ${kind}`);
            await transaction.put(kind, document);
          },
        };
        const done = await work(watched);
        if (hasPut) await at("before commit");
        return done;
      });
      if (hasPut) await at("behind commit");
      return result;
    },
  };
}
