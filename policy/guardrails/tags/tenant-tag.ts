import { SHARED_TENANT } from "../../../components/rules/tags";
import { resourcePolicy } from "../define";
import { has, text } from "../properties";

/** The tag `tenant-id` names the stack's own tenant, or `shared` in a cell: cost and access follow it. */
export const tenantTag = resourcePolicy({
  name: "tenant-tag-is-own",
  description: `The tag tenant-id names the stack's own tenant, and '${SHARED_TENANT}' in a cell's stack.`,
  severity: "critical",
  remediationSteps: "Take the tags from resourceTags() of the tenant whose stack this is.",
  types: (type) => type.startsWith("aws:"),
  *check({ props, owner }) {
    if (!has(props, "tags.tenant-id")) return;
    const found = text(props, "tags.tenant-id");
    if (found !== owner.tenantTag) {
      yield `tags.tenant-id: '${found}' in stack '${owner.stack}'; expected '${owner.tenantTag}'`;
    }
  },
});
