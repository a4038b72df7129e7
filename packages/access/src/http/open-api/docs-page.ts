import { REFUSALS } from "../refusal.ts";
import type { Route } from "../route.ts";
import { refusalsOf } from "./open-api-document.ts";

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
code { font: 0.9em ui-monospace, monospace; } h2 { margin: 2rem 0 0.25rem; font-size: 1.1rem; } p { margin: 0.25rem 0; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; } small { color: #555; } a { color: #0b57d0; }
@media (prefers-color-scheme: dark) { body { color: #e8e8e8; background: #181818; } small { color: #aaa; } a { color: #8ab4f8; } }
`;

/** A page that lists the interface, for people; programs read the OpenAPI document. It loads nothing from elsewhere. */
export function docsPage(routes: readonly Route[]): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Scrim access</title><style>${STYLE}</style></head>
<body>
<h1>Scrim access</h1>
<p>Requests, decisions, grants that end, and the bundles that carry them to services. The same as <a href="/v1/openapi.json">OpenAPI 3.1</a>, with all schemas.</p>
${routes.map(section).join("\n")}
</body>
</html>
`;
}

function section(route: Route): string {
  const reasons = refusalsOf(route)
    .map((reason) => `<code>${REFUSALS[reason].status} ${reason}</code>`)
    .join(", ");
  const sent = route.body === undefined ? [] : [`<p>Body: <code>${schemaName(route.body)}</code></p>`];
  const query = Object.keys(route.query.shape);
  const asked =
    query.length === 0 ? [] : [`<p>Query: ${query.map((key) => `<code>${key}</code>`).join(", ")}</p>`];
  const answered = route.answer.schema === undefined ? route.answer.type : schemaName(route.answer.schema);
  return [
    `<section id="${route.id}">`,
    `<h2><span class="method">${route.method}</span> <code>${route.path}</code></h2>`,
    `<p>${escaped(route.summary)}</p>`,
    ...asked,
    ...sent,
    `<p>Answer: <code>${route.answer.status} ${answered}</code></p>`,
    `<p><small>Refused: ${reasons}</small></p>`,
    "</section>",
  ].join("\n");
}

function schemaName(schema: { meta(): { readonly id?: string | undefined } | undefined }): string {
  return schema.meta()?.id ?? "object";
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("`", "");
}
