import { publishedMain } from "../../test/packages/published-main.ts";

/** What `examples/deploy/start-gateway.sh` tells Node and the C library about memory. */
const DEPLOYED = {
  SCRIM_NODE_FLAGS: "--max-semi-space-size=4",
  MALLOC_ARENA_MAX: "2",
  MALLOC_MMAP_THRESHOLD_: "65536",
  MALLOC_TRIM_THRESHOLD_: "1048576",
} as const;

/** From now on gateways are `scrim gateway` as it is published, started as `examples/deploy` does, unless the environment says otherwise. */
export async function measureDeployed(): Promise<void> {
  for (const [name, value] of Object.entries(DEPLOYED)) process.env[name] ??= value;
  process.env.SCRIM_MAIN ??= await publishedMain();
}
