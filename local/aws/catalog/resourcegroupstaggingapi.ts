import { AwsError, Properties, asText, defineInvoke, type Catalog } from "../framework";

/** What the API calls the types that it is asked for here. */
const TYPES: Readonly<Record<string, string>> = {
  "ec2:security-group": "aws:ec2/securityGroup:SecurityGroup",
  "kms:key": "aws:kms/key:Key",
};

/** Resources by their tags. It wants types: it does not look through the whole account. */
const getResources = defineInvoke({
  token: "aws:resourcegroupstaggingapi/getResources:getResources",
  service: "Resource Groups Tagging API",
  operation: "GetResources",
  async invoke(context) {
    const wanted = context.inputs.strings("resourceTypeFilters");
    const types = wanted.map((filter) => {
      const type = TYPES[filter];
      if (type === undefined)
        throw new AwsError("InvalidParameterException", `The resource type '${filter}' is not simulated`);
      return type;
    });
    const filters = context.inputs
      .maps("tagFilters")
      .map((filter) => ({ key: filter.stringOr("key", ""), values: filter.strings("values") }));
    const found = (await Promise.all(types.map((type) => context.list(type)))).flat();
    const mappings = found.map(({ arn, state }) => ({
      resourceArn: arn,
      tags: new Properties(state).map("tagsAll"),
    }));
    return {
      id: context.region,
      resourceTagMappingLists: mappings
        .filter(({ tags }) => filters.every(({ key, values }) => values.includes(asText(tags[key]))))
        .map((mapping) => ({ ...mapping, complianceDetails: [] })),
    };
  },
});

/** Resource Groups Tagging API: one question. */
export const resourcegroupstaggingapi: Catalog = { resources: [], invokes: [getResources] };
