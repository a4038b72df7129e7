import type { World } from "./world.ts";

/** Resource logs, sign-in logs and Application Insights. */
export const AZURE: World = {
  name: "Azure Monitor",
  source: "https://learn.microsoft.com/en-us/azure/azure-monitor/reference/tables-index",
  alike: {
    "client.address": ["callerIpAddress", "CallerIpAddress", "client_IP", "IPAddress", "ClientIP"],
    "cloud.resource_id": ["resourceId", "_ResourceId", "ResourceId"],
    "geo.country.iso_code": ["client_CountryOrRegion", "LocationDetails.countryOrRegion"],
    "geo.locality.name": ["client_City", "LocationDetails.city"],
    "url.full": ["requestUri"],
    "user.email": ["identity.claims.upn"],
    "user.full_name": ["UserDisplayName"],
    "user.id": ["user_AuthenticatedId", "user_AccountId", "UserId"],
    "enduser.pseudo.id": ["user_Id"],
    "session.id": ["session_Id"],
    "user.name": ["UserPrincipalName"],
    "user_agent.original": ["UserAgent"],
  },
  judged: [
    {
      class: "infrastructure",
      reason: "names an operation, a role or an application",
      names: [
        "AppDisplayName",
        "AppId",
        "CorrelationId",
        "cloud_RoleInstance",
        "cloud_RoleName",
        "correlationId",
        "operationName",
        "operation_Id",
        "operation_Name",
        "operation_ParentId",
      ],
    },
    {
      class: "harmless",
      reason: "one of a few words, a number or a time",
      names: [
        "ConditionalAccessStatus",
        "client_Type",
        "itemType",
        "performanceBucket",
        "resultCode",
        "resultType",
        "sdkVersion",
        "severityLevel",
      ],
    },
  ],
};
