import type { World } from "./world.ts";

/** Logpush of HTTP requests. */
export const CLOUDFLARE: World = {
  name: "Cloudflare",
  source: "https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/",
  alike: {
    "client.address": ["ClientIP"],
    "client.port": ["ClientSrcPort"],
    "geo.country.iso_code": ["ClientCountry"],
    "geo.locality.name": ["ClientCity"],
    "geo.location.lat": ["ClientLatitude"],
    "geo.location.lon": ["ClientLongitude"],
    "http.request.method": ["ClientRequestMethod"],
    "http.response.status_code": ["EdgeResponseStatus", "OriginResponseStatus"],
    "server.address": ["ClientRequestHost", "EdgeServerIP", "OriginIP"],
    "tls.client.ja3": ["JA3Hash", "JA4"],
    "url.full": ["ClientRequestReferer", "ClientRequestURI"],
    "url.path": ["ClientRequestPath"],
    "user_agent.original": ["ClientRequestUserAgent"],
  },
  judged: [
    { class: "credential", reason: "cookies sign their sender in", names: ["Cookies"] },
    {
      class: "infrastructure",
      reason: "numbers a request, or names a zone",
      names: ["ParentRayID", "RayID", "ZoneName"],
    },
    {
      class: "harmless",
      reason: "one of a few words, a number or a time",
      names: [
        "BotScore",
        "CacheCacheStatus",
        "ClientASN",
        "ClientDeviceType",
        "ClientRequestBytes",
        "ClientSSLCipher",
        "ClientSSLProtocol",
        "EdgeColoCode",
        "EdgeEndTimestamp",
        "EdgeResponseBytes",
        "EdgeStartTimestamp",
        "OriginResponseTime",
        "SecurityLevel",
      ],
    },
  ],
};
