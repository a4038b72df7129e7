import type { AttributeName } from "../generated/attributes.ts";
import type { Judgement } from "./judgement.ts";

/** The person's side: devices, browsers, apps, and where they are. */
export const DEVICE: readonly Judgement<AttributeName>[] = [
  {
    class: "direct_identifier",
    reason: "follows one device, and so its owner, across applications",
    spec: "warned about: may contain PII, data protection laws may apply; must be opt-in",
    names: ["device.id"],
  },
  {
    class: "quasi_identifier",
    reason: "follows one installation or crash, not a person across applications",
    names: ["app.crash.id", "app.installation.id", "browser.web_vital.id"],
  },
  {
    class: "quasi_identifier",
    reason: "part of a device's or browser's fingerprint",
    names: [
      "android.os.api_level",
      "browser.brands",
      "browser.language",
      "browser.mobile",
      "browser.platform",
      "device.manufacturer",
      "device.model.identifier",
      "device.model.name",
      "os.build_id",
      "os.description",
      "user_agent.name",
      "user_agent.os.name",
      "user_agent.os.version",
      "user_agent.version",
    ],
  },
  {
    class: "quasi_identifier",
    reason: "browser, system and device in one string: half a fingerprint",
    names: ["user_agent.original"],
  },
  {
    class: "quasi_identifier",
    reason: "what somebody looks at and touches",
    names: [
      "app.screen.coordinate.x",
      "app.screen.coordinate.y",
      "app.screen.id",
      "app.screen.name",
      "app.widget.id",
      "app.widget.name",
    ],
  },
  {
    class: "content",
    kind: "url",
    reason: "the page somebody is on; paths and queries carry names, searches and tokens",
    spec: "a URL as any other: credentials must not be present",
    names: ["browser.document.url.full"],
  },
  {
    class: "location",
    reason: "where somebody is, to the street or the town",
    names: ["geo.locality.name", "geo.location.lat", "geo.location.lon", "geo.postal_code"],
  },
  {
    class: "quasi_identifier",
    reason: "shared by millions, and needed to see which region is affected",
    names: ["geo.continent.code", "geo.country.iso_code", "geo.region.iso_code"],
  },
  {
    class: "infrastructure",
    reason: "the system's product and version",
    names: ["os.name", "os.version"],
  },
  {
    class: "harmless",
    reason: "one of a few words, a measurement, or the build that runs",
    names: [
      "android.app.state",
      "android.state",
      "app.build_id",
      "app.jank.frame_count",
      "app.jank.period",
      "app.jank.threshold",
      "browser.web_vital.delta",
      "browser.web_vital.name",
      "browser.web_vital.navigation_type",
      "browser.web_vital.rating",
      "browser.web_vital.value",
      "ios.app.state",
      "ios.state",
      "os.type",
      "user_agent.synthetic.type",
    ],
  },
];
