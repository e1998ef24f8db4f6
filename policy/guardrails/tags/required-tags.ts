import { REQUIRED_TAG_KEYS } from "../../../components/rules/tags";
import { resourcePolicy } from "../define";
import { list, record, text } from "../properties";
import taggableTypes from "./taggable-types.json";

const TAGGABLE = new Set<string>(taggableTypes);

/** Every AWS resource that can carry tags carries the tenant, the environment, the cell and the cost keys. */
export const requiredTags = resourcePolicy({
  name: "required-tags",
  description: `Every taggable AWS resource carries ${REQUIRED_TAG_KEYS.join(", ")}.`,
  severity: "high",
  remediationSteps:
    "Create the resource with the aws.Provider whose defaultTags come from resourceTags(), or pass the tags to it.",
  url: "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
  configSchema: {
    properties: {
      additionalKeys: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "Tag keys that the company asks for beside Tenantry's own.",
      },
    },
  },
  types: (type) => TAGGABLE.has(type),
  *check({ props, config }) {
    const tags = record(props, "tags");
    for (const key of [...REQUIRED_TAG_KEYS, ...list(config, "additionalKeys").map(String)]) {
      if (!(key in tags))
        yield `tags: '${key}' is missing; expected a value for each of the required tag keys`;
      else if (text(tags, key) === "") yield `tags: '${key}' is empty; expected a value`;
    }
  },
});
