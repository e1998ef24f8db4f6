import { expect } from "chai";
import { takenOver } from "./ownership";

const OURS = "pulumi-kubernetes-12345678";
const entry = (manager: string, operation: string, fieldsV1: object, rest: object = {}) => ({
  manager,
  operation,
  fieldsV1: fieldsV1 as Record<string, Record<string, never>>,
  ...rest,
});
const own = entry(OURS, "Apply", { "f:data": { "f:a": {} } });
const operator = entry("operator", "Update", { "f:data": { "f:o": {} } });

describe("whose fields an update takes over", () => {
  const taken: readonly [string, string][] = [
    ["kubectl-edit", "Update"],
    ["kubectl", "Apply"],
    ["before-first-apply", "Update"],
    ["pulumi-kubernetes", "Update"],
    ["pulumi-resource-kubernetes", "Update"],
  ];
  for (const [manager, operation] of taken) {
    it(`are those of ${manager} by ${operation}`, () => {
      const other = entry(manager, operation, { "f:data": { "f:b": {} } });
      expect(takenOver([own, operator, other], OURS)).to.deep.equal([
        operator,
        entry(OURS, "Apply", { "f:data": { "f:a": {}, "f:b": {} } }),
      ]);
    });
  }

  it("are theirs alone where the program owned none", () => {
    const other = entry("kubectl-create", "Update", { "f:data": {} });
    expect(takenOver([other], OURS)).to.deep.equal([entry(OURS, "Apply", { "f:data": {} })]);
  });

  const left: readonly [string, object][] = [
    ["another resource's", entry("pulumi-kubernetes-87654321", "Apply", {})],
    ["a controller's", operator],
    ["a subresource's", entry("kubectl", "Update", {}, { subresource: "scale" })],
  ];
  for (const [what, other] of left) {
    it(`are not ${what}`, () => {
      expect(takenOver([own, other], OURS)).to.equal(undefined);
    });
  }
});
