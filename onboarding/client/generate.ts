import { writeFileSync } from "node:fs";
import { SCHEMA_FILE, renderSchema } from "./render-schema";

renderSchema().then(
  (text) => writeFileSync(SCHEMA_FILE, text),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  },
);
