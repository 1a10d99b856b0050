// `npm run reference`: writes the pages, and the schema for editors, that are made from tables of the code.
import { writeFileSync } from "node:fs";
import { pageUrl, referencePages } from "./reference/pages.ts";

for (const [name, text] of referencePages()) writeFileSync(pageUrl(name), text);
