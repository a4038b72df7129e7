import type { World } from "./world.ts";

/** What the serializers of pino-http write. */
export const PINO: World = {
  name: "pino",
  source: "https://github.com/pinojs/pino-std-serializers",
  alike: {
    "client.address": ["req.remoteAddress"],
    "client.port": ["req.remotePort"],
    "exception.message": ["err.message"],
    "exception.stacktrace": ["err.stack"],
    "exception.type": ["err.type"],
    "http.request.method": ["req.method"],
    "http.response.status_code": ["res.statusCode"],
    "process.pid": ["pid"],
    "url.full": ["req.url"],
    "url.query": ["req.query"],
  },
  judged: [
    { class: "content", reason: "the message", names: ["msg"] },
    { class: "payload", reason: "what the user sent", names: ["req.body", "req.raw.body", "res.body"] },
    { class: "infrastructure", reason: "numbers a request", names: ["req.id", "reqId"] },
    {
      class: "harmless",
      reason: "a severity, a time or a duration",
      names: ["level", "responseTime", "time"],
    },
  ],
};

/** What `express-winston` and winston's own formats write. */
export const WINSTON: World = {
  name: "winston",
  source: "https://github.com/winstonjs/winston and https://github.com/bithavoc/express-winston",
  alike: {
    "exception.stacktrace": ["stack", "meta.stack"],
    "http.request.method": ["meta.req.method"],
    "http.response.status_code": ["meta.res.statusCode"],
    "url.full": ["meta.req.url", "meta.req.originalUrl", "req.originalUrl"],
    "url.query": ["meta.req.query"],
    "http.request.body.content": ["meta.req.body"],
    "http.response.body.content": ["meta.res.body"],
  },
  judged: [
    { class: "content", reason: "the message", names: ["message"] },
    { class: "infrastructure", reason: "names a logger", names: ["label"] },
    {
      class: "harmless",
      reason: "a severity, a time or a duration",
      names: ["level", "meta.responseTime", "ms", "timestamp"],
    },
  ],
};

/** Bunyan's core fields and standard serializers. */
export const BUNYAN: World = {
  name: "bunyan",
  source: "https://github.com/trentm/node-bunyan",
  alike: {
    "client.address": ["req.remoteAddress"],
    "exception.message": ["err.message"],
    "exception.stacktrace": ["err.stack"],
    "host.name": ["hostname"],
    "process.pid": ["pid"],
    "code.line.number": ["src.line"],
    "code.file.path": ["src.file"],
    "code.function.name": ["src.func"],
    "url.full": ["req.url"],
  },
  judged: [
    { class: "content", reason: "the message", names: ["msg"] },
    {
      class: "harmless",
      reason: "a severity or a time",
      names: ["level", "time"],
    },
  ],
};
