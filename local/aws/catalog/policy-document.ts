import { createHash } from "node:crypto";
import {
  defineInvoke,
  isMap,
  parseJson,
  type Properties,
  type PropertyMap,
  type PropertyValue,
} from "../framework";

/** Renders an IAM policy document from its parts. */
export const getPolicyDocument = defineInvoke({
  token: "aws:iam/getPolicyDocument:getPolicyDocument",
  service: "IAM",
  operation: "GetPolicyDocument",
  invoke({ inputs }) {
    const given = [
      ...inputs.strings("sourcePolicyDocuments").flatMap(statementsOf),
      ...inputs.maps("statements").map(statement),
    ];
    const overrides = inputs.strings("overridePolicyDocuments").flatMap(statementsOf);
    const document: PropertyMap = {
      Version: inputs.stringOr("version", "2012-10-17"),
      ...(inputs.has("policyId") ? { Id: inputs.string("policyId") } : {}),
      Statement: overridden(given, overrides),
    };
    return {
      id: String(
        parseInt(createHash("sha256").update(JSON.stringify(document)).digest("hex").slice(0, 8), 16),
      ),
      json: JSON.stringify(document, undefined, 2),
      minifiedJson: JSON.stringify(document),
    };
  },
});

function statement(part: Properties): PropertyMap {
  const rendered: PropertyMap = {};
  const put = (name: string, value: PropertyValue | undefined): void => {
    if (value !== undefined) rendered[name] = value;
  };
  put("Sid", part.string("sid"));
  put("Effect", part.stringOr("effect", "Allow"));
  put("Action", oneOrMany(part.strings("actions")));
  put("NotAction", oneOrMany(part.strings("notActions")));
  put("Resource", oneOrMany(part.strings("resources")));
  put("NotResource", oneOrMany(part.strings("notResources")));
  put("Principal", principals(part.maps("principals")));
  put("NotPrincipal", principals(part.maps("notPrincipals")));
  put("Condition", conditions(part.maps("conditions")));
  return rendered;
}

function principals(parts: readonly Properties[]): PropertyValue | undefined {
  if (parts.length === 0) return undefined;
  if (parts.some((part) => part.string("type") === "*")) return "*";
  const byType: PropertyMap = {};
  for (const part of parts) byType[part.stringOr("type", "")] = oneOrMany(part.strings("identifiers"));
  return byType;
}

function conditions(parts: readonly Properties[]): PropertyValue | undefined {
  if (parts.length === 0) return undefined;
  const byTest: Record<string, PropertyMap> = {};
  for (const part of parts) {
    const test = (byTest[part.stringOr("test", "")] ??= {});
    test[part.stringOr("variable", "")] = oneOrMany(part.strings("values"));
  }
  return byTest;
}

function oneOrMany(values: readonly string[]): PropertyValue | undefined {
  if (values.length === 0) return undefined;
  return values.length === 1 ? values[0] : [...values].sort().reverse();
}

function statementsOf(text: string): PropertyMap[] {
  const parsed = parseJson(text);
  const found = isMap(parsed) ? parsed.Statement : undefined;
  const list = Array.isArray(found) ? found : [found];
  return list.filter((item) => isMap(item));
}

/** Statements of the same Sid give way to the overriding ones. */
function overridden(given: readonly PropertyMap[], overrides: readonly PropertyMap[]): PropertyMap[] {
  const sids = new Set(overrides.map((item) => item.Sid).filter((sid) => sid !== undefined && sid !== ""));
  return [...given.filter((item) => !sids.has(item.Sid)), ...overrides];
}
