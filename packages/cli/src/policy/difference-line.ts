import { escapeUnsafe } from "../reveal/escape-unsafe.ts";

/** What the first central policy takes the place of. */
const LOCAL = "local_policies";
const LOCAL_MEANING = "the local policies of processes give way, and are not known here";

/** A difference between policies, as the control plane tells it, too. */
export interface ShownDifference {
  readonly path: string;
  readonly change: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** `weaker: unknown: "drop" → "keep"` */
export function differenceLine({ path, change, before, after }: ShownDifference): string {
  const [from = "nothing", to = "nothing"] = [before, after];
  return escapeUnsafe(path === LOCAL ? `${change}: ${LOCAL_MEANING}` : `${change}: ${path}: ${from} → ${to}`);
}
