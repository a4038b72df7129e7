import type { World } from "./world.ts";

/** Events of `audit.k8s.io`. */
export const KUBERNETES_AUDIT: World = {
  name: "Kubernetes audit",
  source: "https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/",
  alike: {
    "client.address": ["sourceIPs"],
    "enduser.role": ["user.groups", "impersonatedUser.groups"],
    "http.response.status_code": ["responseStatus.code"],
    "url.full": ["requestURI"],
    "user.name": ["user.username", "impersonatedUser.username"],
    "user.id": ["user.uid", "impersonatedUser.uid"],
    "user_agent.original": ["userAgent"],
    "exception.message": ["responseStatus.message"],
  },
  judged: [
    {
      class: "payload",
      reason: "objects as they were sent and stored: secrets and settings included",
      names: ["requestObject", "responseObject"],
    },
    {
      class: "infrastructure",
      reason: "names an object of the cluster",
      names: [
        "auditID",
        "objectRef.apiGroup",
        "objectRef.apiVersion",
        "objectRef.name",
        "objectRef.namespace",
        "objectRef.resource",
        "objectRef.subresource",
        "objectRef.uid",
      ],
    },
    {
      class: "harmless",
      reason: "one of a few words, or a time",
      names: ["requestReceivedTimestamp", "responseStatus.reason", "stageTimestamp"],
    },
  ],
};
