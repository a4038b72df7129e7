import type { World } from "./world.ts";

/** Graylog's format; what applications add begins with `_`. */
export const GELF: World = {
  name: "GELF",
  source: "https://go2docs.graylog.org/current/getting_in_log_data/gelf.html",
  alike: {
    "client.address": ["_client_ip", "_remote_addr", "_remoteAddr", "gl2_remote_ip"],
    "code.file.path": ["_file", "file"],
    "code.line.number": ["_line", "line"],
    "exception.stacktrace": ["_stacktrace", "_StackTrace"],
    "host.name": ["host", "source"],
    "user.name": ["_username", "_user_name"],
  },
  judged: [
    {
      class: "content",
      reason: "the message, short or whole",
      names: ["short_message", "full_message"],
    },
    {
      class: "infrastructure",
      reason: "names the part that logs, or Graylog's own node",
      names: [
        "facility",
        "_facility",
        "_logger",
        "_LoggerName",
        "_thread",
        "gl2_source_node",
        "gl2_source_input",
      ],
    },
    {
      class: "harmless",
      reason: "a severity, a version or a time",
      names: ["level", "version", "timestamp", "gl2_remote_port"],
    },
  ],
};
