import type { World } from "./world.ts";

/** Variables of nginx, directives of Apache and tokens of morgan, as structured access logs name them. */
export const ACCESS_LOGS: World = {
  name: "access logs",
  source:
    "https://nginx.org/en/docs/varindex.html, https://httpd.apache.org/docs/current/mod/mod_log_config.html and https://github.com/expressjs/morgan",
  alike: {
    "client.address": [
      "remote_addr",
      "remote-addr",
      "realip_remote_addr",
      "proxy_protocol_addr",
      "binary_remote_addr",
      "http_x_forwarded_for",
      "remote_host",
      "remoteIp",
      "clientip",
    ],
    "client.port": ["remote_port", "realip_remote_port"],
    "server.port": ["server_port"],
    "server.address": ["server_addr", "upstream_addr", "proxy_host", "http_host"],
    "user.name": ["remote_user", "remote-user"],
    "user_agent.original": ["http_user_agent", "user-agent"],
    "url.full": ["http_referer", "referrer", "request_uri"],
    "url.path": ["document_uri"],
    "url.query": ["query_string"],
    "http.request.method": ["request_method"],
    "http.response.status_code": ["upstream_status"],
    "http.request.body.content": ["request_body"],
  },
  judged: [
    {
      class: "credential",
      reason: "signs its sender in",
      names: ["http_authorization", "http_cookie"],
    },
    {
      class: "direct_identifier",
      reason: "names who presented the certificate",
      names: ["ssl_client_s_dn", "ssl_client_cert", "ssl_client_escaped_cert"],
    },
    {
      class: "content",
      kind: "url",
      reason: "the request line: method, path and query",
      names: ["request_line"],
    },
    {
      class: "harmless",
      reason: "one of a few words, a number or a time",
      names: [
        "body_bytes_sent",
        "bytes_sent",
        "connection_requests",
        "content_length",
        "gzip_ratio",
        "httpversion",
        "msec",
        "request_length",
        "request_time",
        "response-time",
        "server_protocol",
        "ssl_cipher",
        "ssl_protocol",
        "time_iso8601",
        "time_local",
        "upstream_cache_status",
        "upstream_response_time",
      ],
    },
  ],
};
