import { defineExtension } from "@scrim/pipeline";
import { z } from "zod";
import { formatEndpoint, isLoopback, ListenEndpoint } from "../../endpoint.ts";
import { type PageServer, type Pages, startPageServer } from "../../pages/page-server.ts";
import { workerCount, workerIndex } from "../../workers/worker.ts";
import { Activity } from "./activity.ts";
import { type PipelinesPage, pipelineStates, pipelinesHtml } from "./pipelines-page.ts";

const ZpagesConfig = z
  .strictObject({
    endpoint: ListenEndpoint.prefault("127.0.0.1:55679").meta({ description: "Where to listen." }),
  })
  .meta({ id: "ZpagesConfig", description: "Pages for people who look for a fault." });

/** Pages about the running gateway. They hold ids, counts, ages and reasons, never anything that came in. */
export const zpages = defineExtension({
  type: "zpages",
  description:
    "Pages for people who look for a fault: `/debug/pipelines` (HTML for browsers, else JSON) with each component's numbers, ages and last problem, of several workers those of the one that answers, and `/debug/config`, as `scrim gateway print-config`.",
  configSchema: ZpagesConfig,
  create({ endpoint }, { path, log, metrics, pipelines, shownConfig }) {
    const activity = new Activity(metrics);
    const pages: Pages = {
      "/debug/pipelines": ({ wantsHtml }) => {
        const states = pipelineStates(pipelines(), activity);
        const page = { worker: shownWorker(), pipelines: states };
        return wantsHtml
          ? { status: 200, type: "text/html; charset=utf-8", body: pipelinesHtml(page) }
          : { status: 200, type: "application/json", body: JSON.stringify(page) };
      },
      "/debug/config": () => ({ status: 200, type: "text/plain; charset=utf-8", body: shownConfig() }),
    };
    let server: PageServer | undefined;
    return {
      async start() {
        const isLocalOnly = isLoopback(endpoint.host);
        server = await startPageServer({
          endpoint,
          path: `${path}.endpoint`,
          pages: () => pages,
          isLocalOnly,
        });
        activity.start();
        if (!isLocalOnly)
          log.warn(
            `${path}: ${formatEndpoint(server.endpoint)} shows the configuration to other machines, to whoever asks`,
            "listen on 127.0.0.1",
          );
      },
      endpoints: () => (server === undefined ? {} : { http: formatEndpoint(server.endpoint) }),
      async shutdown() {
        activity.stop();
        await server?.shutdown();
        server = undefined;
      },
    };
  },
});

/** Which of several workers answers; each has the numbers of its own. */
function shownWorker(): PipelinesPage["worker"] {
  const count = workerCount();
  return count > 1 ? { index: workerIndex() ?? 0, count } : undefined;
}
