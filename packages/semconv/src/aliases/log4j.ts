import type { World } from "./world.ts";

/** JsonTemplateLayout's event templates, and what applications put into the thread context under `mdc`. */
export const LOG4J: World = {
  name: "log4j",
  source: "https://logging.apache.org/log4j/2.x/manual/json-template-layout.html",
  alike: {
    "client.address": [
      "mdc.ip",
      "mdc.clientIp",
      "mdc.remoteAddr",
      "contextMap.ip",
      "contextMap.clientIp",
      "contextMap.remoteAddr",
    ],
    "code.function.name": ["source.method"],
    "code.line.number": ["source.line"],
    "exception.message": ["thrown.message", "exception.exception_message"],
    "exception.stacktrace": ["thrown.extendedStackTrace", "exception.stacktrace", "extendedStackTrace"],
    "exception.type": ["thrown.name", "exception.exception_class"],
    "thread.id": ["threadId"],
    "thread.name": ["thread"],
    "user.id": ["mdc.userId", "contextMap.userId"],
    "user.name": ["mdc.user", "mdc.username", "contextMap.user", "contextMap.username", "contextMap.loginId"],
  },
  judged: [
    { class: "infrastructure", reason: "names a logger", names: ["loggerFqcn", "loggerName"] },
    {
      class: "harmless",
      reason: "a severity, a time or a number",
      names: ["endOfBatch", "instant.epochSecond", "instant.nanoOfSecond", "threadPriority", "timeMillis"],
    },
  ],
};
