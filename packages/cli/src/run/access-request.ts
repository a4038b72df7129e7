import { RequestView } from "@scrim/access/client";
import { type Answered, openClient } from "../access/access-client.ts";
import { commandLine, FOR_OTHERS } from "../access/command-line.ts";
import { jsonLine } from "../access/documents.ts";
import { breakGlassBody, requestBody } from "../access/request-body.ts";
import { type Say, sayFor } from "../access/say.ts";
import { scopeInBrief, scopeNotes } from "../access/scope-text.ts";
import { type AccessRequest, audiencesInBrief, needsOf, stateText } from "../access/views-text.ts";
import { EXIT_OF_STATE, STOPPED_EXIT, waitForDecision } from "../access/wait-for-decision.ts";
import type { CommandInput, CommandStreams } from "../command.ts";
import type { Capability } from "../commands/access-request.ts";
import { durationText, isoOf, nowSeconds } from "../grants/time-text.ts";
import { escapeUnsafe } from "../reveal/escape-unsafe.ts";

export const requestCapture = (input: CommandInput, streams: CommandStreams) =>
  request(input, streams, "capture");
export const requestReveal = (input: CommandInput, streams: CommandStreams) =>
  request(input, streams, "reveal");
export const breakGlassCapture = (input: CommandInput, streams: CommandStreams) =>
  breakGlass(input, streams, "capture");
export const breakGlassReveal = (input: CommandInput, streams: CommandStreams) =>
  breakGlass(input, streams, "reveal");

async function request(
  input: CommandInput,
  streams: CommandStreams,
  capability: Capability,
): Promise<number> {
  const name = `access request ${capability}`;
  const say = sayFor(name, streams);
  const client = openClient(input);
  const body = await requestBody(input, capability, client);
  const asked = await client.ask({ method: "POST", path: "/v1/requests", body }, RequestView);
  tellNotes(say, asked.value);
  const isJson = input.options.json === true;
  const isDecided = asked.value.state !== "pending";
  if (input.options.wait !== true || isDecided) {
    streams.stdout.write(isJson ? jsonLine(asked.document) : createdText(asked.value));
    hintNext(say, input, asked.value);
    return isDecided ? EXIT_OF_STATE[asked.value.state] : 0;
  }
  if (!isJson) streams.stdout.write(createdText(asked.value));
  const decided = await waitForDecision(client, input, asked, name, streams);
  if (decided === undefined) return STOPPED_EXIT;
  streams.stdout.write(isJson ? jsonLine(decided.document) : decidedText(decided.value));
  hintNext(say, input, decided.value);
  return EXIT_OF_STATE[decided.value.state];
}

async function breakGlass(
  input: CommandInput,
  streams: CommandStreams,
  capability: Capability,
): Promise<number> {
  const say = sayFor(`access break-glass ${capability}`, streams);
  const client = openClient(input);
  const body = breakGlassBody(input, capability);
  const { value, document }: Answered<AccessRequest> = await client.ask(
    { method: "POST", path: "/v1/break-glass", body },
    RequestView,
  );
  tellNotes(say, value);
  streams.stdout.write(
    input.options.json === true
      ? jsonLine(document)
      : `grant ${value.grant ?? ""}: ${scopeInBrief(value.scope)} for ${durationText(value.duration_s)}, taken without asking\n` +
          `for ${audiencesInBrief(value.audiences)}; somebody else has to review it\n`,
  );
  if (value.grant !== undefined) {
    say.hint(`give it back as soon as you can: ${commandLine(input, `access revoke ${value.grant}`)}`);
    say.hint(
      `somebody else says, once they have looked at it: ${commandLine(input, `access review ${value.grant}`, FOR_OTHERS)}`,
    );
  }
  return 0;
}

function tellNotes(say: Say, { scope }: AccessRequest): void {
  for (const { kind, message, hint } of scopeNotes(scope)) {
    say[kind](message);
    if (hint !== undefined) say.hint(hint);
  }
}

function createdText(request: AccessRequest): string {
  const { id, scope, audiences, duration_s, asked_duration_s, state } = request;
  const less = duration_s < asked_duration_s ? `, of the ${durationText(asked_duration_s)} asked for` : "";
  const first = `request ${id}: ${scopeInBrief(scope)} for ${durationText(duration_s)}${less}\n`;
  if (state !== "pending") return first + decidedText(request);
  const missing = needsOf(request).map(({ text }) => text);
  return (
    first +
    `for ${audiencesInBrief(audiences)}; ${missing.join(", ")}, times out at ${isoOf(request.times_out_at)}\n`
  );
}

/** What became of it. */
function decidedText({ id, state, decisions, grant }: AccessRequest): string {
  const last = decisions.at(-1);
  const by = last === undefined ? "" : ` by ${escapeUnsafe(last.reviewer)}`;
  const said = last?.comment === undefined ? "" : `: ${escapeUnsafe(last.comment)}`;
  if (state === "approved") return `request ${id} is approved${by}${said}; grant ${grant ?? ""}\n`;
  return `request ${id} is ${stateText(state)}${state === "denied" ? by + said : ""}\n`;
}

function hintNext(say: Say, input: CommandInput, { id, state, grant, times_out_at }: AccessRequest): void {
  if (state === "approved" && grant !== undefined) {
    say.hint(`see it: ${commandLine(input, `access show ${grant}`)}`);
  } else if (state === "pending" && nowSeconds() < times_out_at) {
    say.hint(`an approver says: ${commandLine(input, `access approve ${id}`, FOR_OTHERS)}`);
    say.hint(`wait for that: ${commandLine(input, `access show ${id} --wait`)}`);
  }
}
