/** The lowest Node of each line that the servers support, and the pinned one. `bin/pnpm` fetches the one that `SCRIM_NODE_VERSION` names. */
export const NODE_LINES: readonly string[] = ["22.23.2", "24.18.1", "26.10.0"];
