import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DATABASE_ENGINE_FACTS, DATABASE_ENGINES, type DatabaseEngine } from "../rules/database-engine";

/** Arguments of {@link DatabaseFoundation}. */
export interface DatabaseFoundationArgs {
  /** The cell's name, a part of every name here. */
  readonly cell: string;
  /** Isolated subnets in at least two zones. */
  readonly databaseSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** ARN partition, for example `aws`. */
  readonly partition: string;
}

/** What every engine's parameter group sets besides TLS. */
const LOGGING: Readonly<Record<DatabaseEngine, readonly { name: string; value: string }[]>> = {
  postgres: [
    { name: "log_connections", value: "1" },
    { name: "log_disconnections", value: "1" },
    { name: "log_min_duration_statement", value: "1000" },
  ],
  mysql: [
    { name: "slow_query_log", value: "1" },
    { name: "long_query_time", value: "1" },
  ],
};

/**
 * What the databases of a cell's tenants share, because RDS counts it: 50 subnet groups and 50 parameter groups a
 * region are fewer than a cell has tenants.
 *
 * ### Cost
 * None by itself.
 */
export class DatabaseFoundation extends pulumi.ComponentResource {
  readonly subnetGroupName: pulumi.Output<string>;
  /** Parameter groups that refuse connections without TLS, one an engine. */
  readonly parameterGroupNames: Readonly<Record<DatabaseEngine, pulumi.Output<string>>>;
  /** The role that RDS delivers enhanced monitoring with. */
  readonly monitoringRoleArn: pulumi.Output<string>;

  constructor(name: string, args: DatabaseFoundationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantry:index:DatabaseFoundation", name, {}, opts);
    this.subnetGroupName = this.createSubnetGroup(name, args).name;
    const [postgres, mysql] = DATABASE_ENGINES.map(
      (engine) => this.createParameterGroup(name, args, engine).name,
    );
    if (!postgres || !mysql) throw new Error("an engine has no parameter group");
    this.parameterGroupNames = { postgres, mysql };
    this.monitoringRoleArn = this.createMonitoringRole(name, args).arn;
    this.registerOutputs({ subnetGroupName: this.subnetGroupName });
  }

  private createSubnetGroup(
    name: string,
    { cell, databaseSubnetIds }: DatabaseFoundationArgs,
  ): aws.rds.SubnetGroup {
    const args = {
      name: `${cell}-databases`,
      description: `Databases of cell ${cell}`,
      subnetIds: databaseSubnetIds,
    };
    return new aws.rds.SubnetGroup(`${name}-subnets`, args, { parent: this });
  }

  private createParameterGroup(
    name: string,
    { cell }: DatabaseFoundationArgs,
    engine: DatabaseEngine,
  ): aws.rds.ParameterGroup {
    const { parameterGroupFamily: family, forceTls } = DATABASE_ENGINE_FACTS[engine];
    const groupName = `${cell}-${family.replaceAll(".", "-")}`;
    return new aws.rds.ParameterGroup(
      `${name}-${engine}`,
      {
        name: groupName,
        family,
        description: `${engine} databases of cell ${cell}`,
        parameters: [forceTls, ...LOGGING[engine]],
      },
      { parent: this },
    );
  }

  private createMonitoringRole(name: string, { partition }: DatabaseFoundationArgs): aws.iam.Role {
    const role = new aws.iam.Role(
      `${name}-monitoring`,
      {
        assumeRolePolicy: JSON.stringify(
          aws.iam.assumeRolePolicyForPrincipal({ Service: "monitoring.rds.amazonaws.com" }),
        ),
      },
      { parent: this },
    );
    new aws.iam.RolePolicyAttachment(
      `${name}-monitoring`,
      {
        role: role.name,
        policyArn: `arn:${partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`,
      },
      { parent: this },
    );
    return role;
  }
}
