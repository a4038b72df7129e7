import { GrantView, RequestView } from "@scrim/access/client";
import { openClient } from "../access/access-client.ts";
import { idOfKind } from "../access/access-id.ts";
import { commandLine } from "../access/command-line.ts";
import { jsonLine } from "../access/documents.ts";
import { sayFor } from "../access/say.ts";
import { type AccessRequest, needsOf, stateText } from "../access/views-text.ts";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";

export const approve = (input: CommandInput, streams: CommandStreams) =>
  decideRequest(input, streams, "approve");
export const deny = (input: CommandInput, streams: CommandStreams) => decideRequest(input, streams, "deny");
export const cancel = (input: CommandInput, streams: CommandStreams) =>
  decideRequest(input, streams, "cancel");
export const revoke = (input: CommandInput, streams: CommandStreams) => endGrant(input, streams, "revoke");
export const review = (input: CommandInput, streams: CommandStreams) => endGrant(input, streams, "review");

async function decideRequest(
  input: CommandInput,
  streams: CommandStreams,
  verb: "approve" | "deny" | "cancel",
): Promise<number> {
  const id = idOfKind(input, "request");
  const path = `/v1/requests/${id}/${verb}`;
  const { value, document } = await openClient(input).ask(
    { method: "POST", path, body: commentOf(input), subject: id },
    RequestView,
  );
  streams.stdout.write(input.options.json === true ? jsonLine(document) : decidedText(value));
  const say = sayFor(`access ${verb}`, streams);
  if (value.grant !== undefined && verb === "approve")
    say.hint(`take it back: ${commandLine(input, `access revoke ${value.grant}`)}`);
  else if (verb === "approve") say.hint(`how it stands: ${commandLine(input, `access show ${id}`)}`);
  else say.hint(`what else there is: ${commandLine(input, "access list --state pending")}`);
  return 0;
}

function decidedText(request: AccessRequest): string {
  const { id, state, grant } = request;
  if (state === "approved") return `request ${id} is approved; grant ${grant ?? ""}\n`;
  if (state !== "pending") return `request ${id} is ${stateText(state)}\n`;
  const open = needsOf(request).filter(({ missing }) => missing > 0);
  return `request ${id} is still pending: ${open.map(({ text }) => text).join(", ")}\n`;
}

async function endGrant(
  input: CommandInput,
  streams: CommandStreams,
  verb: "revoke" | "review",
): Promise<number> {
  const id = idOfKind(input, "grant");
  const path = `/v1/grants/${id}/${verb}`;
  const { value, document } = await openClient(input).ask(
    { method: "POST", path, body: commentOf(input), subject: id },
    GrantView,
  );
  const text = verb === "revoke" ? `grant ${id} is revoked\n` : `grant ${id} is reviewed\n`;
  streams.stdout.write(input.options.json === true ? jsonLine(document) : text);
  const say = sayFor(`access ${verb}`, streams);
  const needsReview = value.review !== undefined && value.review.state !== "reviewed";
  say.hint(
    needsReview
      ? `it still waits for its review: ${commandLine(input, `access show ${id}`)}`
      : `what else holds: ${commandLine(input, "access grants --state active")}`,
  );
  return 0;
}

function commentOf(input: CommandInput) {
  const comment = optionText(input, "comment");
  return comment === undefined ? {} : { comment };
}
