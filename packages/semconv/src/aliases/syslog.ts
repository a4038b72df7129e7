import type { World } from "./world.ts";

/** Header fields and the structured data that the standard defines, as relays and the journal name them. */
export const SYSLOG: World = {
  name: "syslog",
  source: "RFC 5424, RFC 5676 and systemd.journal-fields(7)",
  alike: {
    "client.address": ["syslog.structured_data.origin.ip", "fromhost-ip", "fromhost_ip"],
    "host.name": ["syslog.hostname", "_HOSTNAME", "fromhost"],
    "process.command_line": ["_CMDLINE"],
    "process.executable.name": ["_COMM", "programname", "syslog.appname", "app-name"],
    "process.executable.path": ["_EXE"],
    "process.pid": ["_PID", "SYSLOG_PID", "procid", "syslog.procid"],
    "process.user.id": ["_UID", "_AUDIT_LOGINUID", "_SYSTEMD_OWNER_UID"],
    "code.file.path": ["CODE_FILE"],
    "code.function.name": ["CODE_FUNC"],
    "code.line.number": ["CODE_LINE"],
  },
  judged: [
    { class: "content", reason: "the message", names: ["MESSAGE", "syslog.message"] },
    {
      class: "infrastructure",
      reason: "names a program, a unit or a machine",
      names: [
        "SYSLOG_IDENTIFIER",
        "_BOOT_ID",
        "_MACHINE_ID",
        "_SYSTEMD_CGROUP",
        "_SYSTEMD_SLICE",
        "_SYSTEMD_UNIT",
        "MESSAGE_ID",
        "syslog.msgid",
        "origin.software",
        "origin.enterpriseId",
      ],
    },
    {
      class: "harmless",
      reason: "a severity, a time or a number",
      names: [
        "ERRNO",
        "PRIORITY",
        "SYSLOG_FACILITY",
        "__MONOTONIC_TIMESTAMP",
        "__REALTIME_TIMESTAMP",
        "meta.sequenceId",
        "meta.sysUpTime",
        "syslog.facility",
        "syslog.priority",
        "syslog.severity",
        "timeQuality.isSynced",
        "timeQuality.tzKnown",
      ],
    },
  ],
};
