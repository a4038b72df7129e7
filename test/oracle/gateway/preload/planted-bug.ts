/**
 * Puts a known fault into the gateway's own code as it is loaded: `ORACLE_PLANT` names one of {@link PLANTS}. The product has no switch
 * for them.
 */
import { registerHooks } from "node:module";
import { PLANTS } from "../plants.ts";

const plant = PLANTS[process.env.ORACLE_PLANT ?? ""];
if (plant === undefined) throw new Error(`no such plant: ${process.env.ORACLE_PLANT}`);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(plant.module)) return loaded;
    let source = String(loaded.source);
    for (const { right, wrong } of plant.edits) {
      // A plant that takes no root would make its test worthless.
      if (!source.includes(right)) throw new Error(`${plant.module} has changed: plant anew`);
      source = source.replace(right, () => wrong);
    }
    return { ...loaded, source };
  },
});
