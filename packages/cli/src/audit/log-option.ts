import { directorySource, type LogSource } from "@scrim/audit";
import { httpSource } from "./http-source.ts";

/** A log by its folder, or by the address that its folder is served under. */
export function logSourceOf(place: string): LogSource {
  return /^https?:\/\//.test(place) ? httpSource(place) : directorySource(place);
}
