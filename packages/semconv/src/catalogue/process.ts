import type { AttributeName } from "../generated/attributes.ts";
import type { Judgement } from "./judgement.ts";

const ACCOUNT = "an account of the machine: a service's as a rule, sometimes a person's";

/** Processes, threads and files of the machine. */
export const PROCESS: readonly Judgement<AttributeName>[] = [
  {
    class: "credential",
    kind: "command",
    reason: "passwords and keys are passed as arguments",
    spec: "should not be collected by default unless sanitized",
    names: ["process.command_args", "process.command_line"],
  },
  {
    class: "credential",
    reason: "environment variables are where secrets are kept",
    names: ["process.environment_variable"],
  },
  {
    class: "content",
    reason: "programs write their arguments or their current work into it",
    names: ["process.title"],
  },
  {
    class: "quasi_identifier",
    reason: ACCOUNT,
    names: [
      "file.group.id",
      "file.group.name",
      "file.owner.id",
      "file.owner.name",
      "process.owner",
      "process.real_user.id",
      "process.real_user.name",
      "process.saved_user.id",
      "process.saved_user.name",
      "process.user.id",
      "process.user.name",
    ],
  },
  {
    class: "content",
    reason: "files are named for people, customers and projects",
    names: ["file.directory", "file.fork_name", "file.name", "file.path", "file.symbolic_link.target_path"],
  },
  {
    class: "infrastructure",
    reason: "a program and where it is installed",
    names: [
      "process.command",
      "process.executable.name",
      "process.executable.path",
      "process.linux.cgroup",
      "process.working_directory",
      "thread.name",
    ],
  },
  {
    class: "infrastructure",
    reason: "the build or the runtime of a program",
    names: [
      "process.executable.build_id.gnu",
      "process.executable.build_id.go",
      "process.executable.build_id.htlhash",
      "process.executable.build_id.profiling",
      "process.runtime.description",
      "process.runtime.name",
      "process.runtime.version",
    ],
  },
  {
    class: "harmless",
    reason: "numbers a process or a thread for as long as it runs",
    names: [
      "process.group_leader.pid",
      "process.parent_pid",
      "process.pid",
      "process.session_leader.pid",
      "process.vpid",
      "thread.id",
    ],
  },
  {
    class: "harmless",
    reason: "states, codes, counts and times",
    names: [
      "process.args_count",
      "process.context_switch.type",
      "process.cpu.state",
      "process.creation.time",
      "process.exit.code",
      "process.exit.time",
      "process.interactive",
      "process.paging.fault_type",
      "process.state",
    ],
  },
  {
    class: "harmless",
    reason: "a file's kind, size, times and modes",
    names: [
      "file.accessed",
      "file.attributes",
      "file.changed",
      "file.created",
      "file.extension",
      "file.inode",
      "file.lock.mechanism",
      "file.lock.mode",
      "file.lock.type",
      "file.mode",
      "file.modified",
      "file.size",
    ],
  },
];
