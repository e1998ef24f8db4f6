import { readFileSync } from "node:fs";
import { expect } from "chai";
import { SCHEMA_FILE, renderSchema } from "./render-schema";

describe("the client's types", () => {
  it("are those of the API's document; if not, run: npm run docs", async () => {
    expect(readFileSync(SCHEMA_FILE, "utf8")).to.equal(await renderSchema());
  });
});
