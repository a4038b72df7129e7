import { membersOf, withoutMember } from "../items/trace-state.ts";
import type { Carried } from "./sampling-decision.ts";
import { digitsOf, type Halves, parseRandomness, parseThreshold, type Threshold } from "./threshold.ts";

/** OpenTelemetry's member of `tracestate`, and its keys there: `ot=th:c;rv:9b8233f7e3a151`. */
const MEMBER = "ot";
const THRESHOLD = "th";
const RANDOMNESS = "rv";

/** What W3C Trace Context, section 3.3, asks everybody to carry. Longer ones are not taken apart. */
const LENGTH_MAX = 512;
const MEMBERS_MAX = 32;

const NOTHING: Carried = { threshold: undefined, randomness: undefined, isMalformed: false };
const MALFORMED: Carried = { threshold: undefined, randomness: undefined, isMalformed: true };

/** What a `tracestate` says about sampling. */
export function carriedIn(traceState: string): Carried {
  if (traceState === "") return NOTHING;
  if (traceState.length > LENGTH_MAX) return MALFORMED;
  const [member, second] = membersOf(traceState, MEMBER);
  if (member === undefined) return NOTHING;
  if (second !== undefined) return MALFORMED;
  const [th, otherTh] = valuesOf(member, THRESHOLD);
  const [rv, otherRv] = valuesOf(member, RANDOMNESS);
  const threshold = th === undefined ? undefined : parseThreshold(th);
  const randomness = rv === undefined ? undefined : parseRandomness(rv);
  const isMalformed =
    otherTh !== undefined ||
    otherRv !== undefined ||
    (th !== undefined && threshold === undefined) ||
    (rv !== undefined && randomness === undefined);
  return isMalformed ? MALFORMED : { threshold, randomness, isMalformed };
}

/** The same with another threshold, or none; and with randomness, where that is not what the trace id says. */
export function withSampling(
  traceState: string,
  threshold: Threshold | undefined,
  randomness: Halves | undefined,
): string {
  const [member = ""] = membersOf(traceState, MEMBER);
  const others = member.split(";").filter((field) => {
    return field !== "" && !isField(field, THRESHOLD) && !(randomness && isField(field, RANDOMNESS));
  });
  const fields = [
    ...(threshold === undefined ? [] : [`${THRESHOLD}:${threshold.text}`]),
    ...(randomness === undefined ? [] : [`${RANDOMNESS}:${digitsOf(randomness)}`]),
    ...others,
  ];
  const rest = withoutMember(traceState, MEMBER);
  if (fields.length === 0) return rest;
  const own = `${MEMBER}=${fields.join(";")}`;
  return rest === "" ? own : [own, ...rest.split(",").slice(0, MEMBERS_MAX - 1)].join(",");
}

function valuesOf(member: string, key: string): string[] {
  return member
    .split(";")
    .filter((field) => isField(field, key))
    .map((field) => field.slice(key.length + 1));
}

function isField(field: string, key: string): boolean {
  return field.startsWith(`${key}:`);
}
