import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const MIB = 1024 * 1024;
/** Up to here, V8's own times to collect garbage are good enough. */
const BYTES_FREE = 64 * MIB;
/** How much more there may be before garbage is looked for again: what is left was in use. */
const GROWTH_BYTES = 16 * MIB;
const LOOK_MS = 100;

/**
 * Has garbage collected when buffers take much memory. V8 hardly counts their bytes, only the small objects before them:
 * under overload, a gateway had some 50 MiB of buffers that nothing held any more.
 */
export function collectBuffers(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as NodeJS.GCFunction;
  let inUse = 0;
  setInterval(() => {
    const before = bufferBytes();
    inUse = Math.min(inUse, before);
    if (before < Math.max(BYTES_FREE, inUse + GROWTH_BYTES)) return;
    collect({ type: "minor" });
    // What has lived through two of those is left to the slow kind.
    if (bufferBytes() > before - GROWTH_BYTES) collect();
    inUse = bufferBytes();
  }, LOOK_MS).unref();
}

const bufferBytes = () => process.memoryUsage().arrayBuffers;
