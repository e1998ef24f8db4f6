import { AwsError, defineInvoke, type Catalog } from "../../framework";
import { parameterGroup, subnetGroup } from "./groups";
import { instance } from "./instance";
import { SNAPSHOT_QUOTA } from "./snapshots";

const getInstance = defineInvoke({
  token: "aws:rds/getInstance:getInstance",
  service: "RDS",
  operation: "DescribeDBInstances",
  async invoke(context) {
    const identifier = context.inputs.stringOr("dbInstanceIdentifier", "");
    const [found] = await context.list(instance.type, { identifier });
    if (found === undefined)
      throw new AwsError("DBInstanceNotFound", `DBInstance ${identifier} not found.`, 404);
    const { password: _password, passwordWo: _passwordWo, ...state } = found.state;
    return {
      ...state,
      dbInstanceIdentifier: identifier,
      dbInstanceArn: found.arn,
      masterUsername: state.username,
    };
  },
});

/** Relational Database Service. */
export const rds: Catalog = {
  resources: [instance, subnetGroup, parameterGroup],
  invokes: [getInstance],
  quotas: [SNAPSHOT_QUOTA],
};
