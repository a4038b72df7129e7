/**
 * Ends the process, as a power cut would, at the nth time that a batch passes a step of its way: `ORACLE_KILL_AT` is
 * `queued:3`. Loaded before the gateway, also into its worker threads.
 */
import { subscribe } from "node:diagnostics_channel";
import { sayStruck } from "./say-struck.ts";

const [step = "", nth = "1"] = (process.env.ORACLE_KILL_AT ?? "").split(":");
let left = Number(nth);

subscribe(`scrim:batch:${step}`, () => {
  left--;
  if (left !== 0) return;
  sayStruck(`kill -9 at ${step}`);
  process.kill(process.pid, "SIGKILL");
});
