import type { World } from "./world.ts";

/** LogEntry, its HTTP request, and audit logs. */
export const GCP: World = {
  name: "Google Cloud",
  source: "https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry",
  alike: {
    "client.address": [
      "httpRequest.remoteIp",
      "requestMetadata.callerIp",
      "protoPayload.requestMetadata.callerIp",
      "jsonPayload.connection.src_ip",
    ],
    "server.address": ["httpRequest.serverIp"],
    "url.full": ["httpRequest.requestUrl", "httpRequest.referer"],
    "user.email": ["authenticationInfo.principalEmail", "protoPayload.authenticationInfo.principalEmail"],
    "user_agent.original": [
      "httpRequest.userAgent",
      "requestMetadata.callerSuppliedUserAgent",
      "protoPayload.requestMetadata.callerSuppliedUserAgent",
    ],
    "code.function.name": ["sourceLocation.function"],
    "code.line.number": ["sourceLocation.line"],
    "code.file.path": ["sourceLocation.file"],
  },
  judged: [
    {
      class: "content",
      reason: "what was asked of a service and what it answered; what is inside goes by its own name",
      names: ["protoPayload.request", "protoPayload.response"],
    },
    {
      class: "infrastructure",
      reason: "names a log, a resource or a method",
      names: [
        "insertId",
        "logName",
        "protoPayload.methodName",
        "protoPayload.resourceName",
        "protoPayload.serviceName",
        "resource.type",
        "resource.labels.project_id",
      ],
    },
    {
      class: "harmless",
      reason: "one of a few words, a number or a time",
      names: [
        "httpRequest.cacheHit",
        "httpRequest.latency",
        "httpRequest.protocol",
        "httpRequest.requestMethod",
        "httpRequest.requestSize",
        "httpRequest.responseSize",
        "httpRequest.status",
        "receiveTimestamp",
        "severity",
        "traceSampled",
      ],
    },
  ],
};
