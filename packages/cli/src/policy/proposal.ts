import { basename } from "node:path";
import type { PolicyInput } from "@scrim/access/client";
import { OperatingError } from "@scrim/errors";
import { parseCentralPolicy } from "@scrim/policy";
import { type CommandInput, optionList, optionText } from "../command.ts";
import { policyText } from "./policy-text.ts";

/** As the control plane has names of documents. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/**
 * What the options and files of a command propose. Documents are checked here, where errors may quote lines of the file, and once more where they are sent.
 *
 * @throws {OperatingError} `INPUT_INVALID`, `CONFIG_UNREADABLE`, `POLICY_INVALID`
 */
export function proposalOf(input: CommandInput): PolicyInput {
  const files = filesOf(input);
  const texts = files.map((file) => ({ name: file, text: policyText(file) }));
  parseCentralPolicy(texts);
  return {
    audience: {
      services: [...optionList(input, "service")],
      environments: [...optionList(input, "environment")],
    },
    documents: texts.map(({ name, text }) => ({ name: documentName(name), text })),
    reason: optionText(input, "reason") ?? "",
  };
}

/** The file that a member of a proposal comes from: `documents.0`. */
export function fileOfMember(input: CommandInput, member: string): string | undefined {
  const at = /^documents\.(\d+)(?:\.|$)/.exec(member)?.[1];
  return at === undefined ? undefined : input.operands[Number(at)];
}

function filesOf({ operands, options }: CommandInput): readonly string[] {
  const isEnd = options.end === true;
  if (isEnd === (operands.length === 0)) return operands;
  throw new OperatingError(
    "INPUT_INVALID",
    isEnd ? "goes without files" : "expected FILE..., the policy that is proposed",
    {
      ...(isEnd && { path: "--end" }),
      hint: isEnd
        ? "it takes the central policy away; leave it out to propose one"
        : "or --end, for processes to have their local policies again",
    },
  );
}

/** Processes name their errors by it; folders are nobody else's business. */
function documentName(file: string): string {
  const name = basename(file);
  if (NAME.test(name)) return name;
  throw new OperatingError("INPUT_INVALID", "can't be the name of a policy document", {
    path: file,
    hint: "call it by at most 64 letters, digits, . _ and -, beginning with a letter or digit",
  });
}
