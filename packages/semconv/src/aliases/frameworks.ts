import type { World } from "./world.ts";

/** Rails' own log lines as lograge writes them, and Devise's columns. */
export const RAILS: World = {
  name: "Rails",
  source: "https://github.com/roidrage/lograge and https://github.com/heartcombo/devise",
  alike: {
    "client.address": ["remote_ip", "current_sign_in_ip", "last_sign_in_ip"],
    "code.function.name": ["action"],
    "exception.message": ["exception_object"],
    "host.name": ["host"],
    "user.email": ["unconfirmed_email"],
  },
  judged: [
    {
      class: "credential",
      reason: "whoever presents it is signed in",
      names: [
        "authenticity_token",
        "reset_password_token",
        "confirmation_token",
        "unlock_token",
        "remember_token",
      ],
    },
    {
      class: "infrastructure",
      reason: "names a part of the program",
      names: ["controller", "unpermitted_params"],
    },
    {
      class: "harmless",
      reason: "one of a few words, a number or a time",
      names: [
        "allocations",
        "current_sign_in_at",
        "db",
        "duration",
        "format",
        "last_sign_in_at",
        "remember_created_at",
        "reset_password_sent_at",
        "sign_in_count",
        "view",
      ],
    },
  ],
};

/** Spring Boot, Logback's encoder and the MDC keys that its filters and Sleuth set. */
export const SPRING: World = {
  name: "Spring and Logback",
  source: "https://logback.qos.ch/manual/mdc.html and https://github.com/logfellow/logstash-logback-encoder",
  alike: {
    "client.address": ["req.remoteHost", "req.xForwardedFor"],
    "exception.stacktrace": ["stack_trace"],
    "code.function.name": ["caller_method_name"],
    "code.line.number": ["caller_line_number"],
    "code.namespace": ["caller_class_name"],
    "code.file.path": ["caller_file_name"],
    "host.name": ["HOSTNAME"],
    "http.request.method": ["req.method"],
    "thread.name": ["thread_name", "threadName"],
    "url.full": ["req.requestURL", "req.requestURI", "requested_uri", "requested_url"],
    "url.query": ["req.queryString"],
    "user_agent.original": ["req.userAgent"],
  },
  judged: [
    {
      class: "infrastructure",
      reason: "names a logger, a trace or a part of the program",
      names: [
        "X-B3-ParentSpanId",
        "X-B3-SpanId",
        "X-B3-TraceId",
        "contextName",
        "logger_name",
        "parentId",
        "spanId",
        "traceId",
      ],
    },
    {
      class: "harmless",
      reason: "a severity, a time or a number",
      names: ["@version", "elapsed_time", "level_value", "status_code", "X-B3-Sampled", "spanExportable"],
    },
  ],
};
