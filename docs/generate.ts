/** `pnpm run docs`: writes docs/reference/ from the definitions that the code runs on. A test compares them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PAGES } from "./pages/index.ts";

const folder = join(import.meta.dirname, "reference");
mkdirSync(folder, { recursive: true });
for (const [name, page] of Object.entries(PAGES)) writeFileSync(join(folder, name), page());
console.log(`docs: ${Object.keys(PAGES).length} pages in docs/reference/`);
