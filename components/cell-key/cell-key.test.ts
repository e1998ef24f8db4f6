import { expect } from "chai";
import * as aws from "@pulumi/aws";
import { record } from "../testing/record";
import { CellKey, cellKeyPolicy } from "./cell-key";

const ARGS = { cell: "eu-1", accountId: "123456789012", region: "eu-central-1", partition: "aws" };

describe("CellKey", () => {
  it("rotates, and waits 30 days before it goes", async () => {
    const made = await record(() => {
      const provider = new aws.Provider("aws", { region: "eu-central-1" });
      new CellKey("eu-1", ARGS, { providers: { aws: provider } });
    });
    expect(made.one("aws:kms/key:Key", "eu-1-key").inputs).to.deep.include({
      enableKeyRotation: true,
      deletionWindowInDays: 30,
    });
    expect(made.one("aws:kms/alias:Alias", "eu-1-alias").inputs["name"]).to.equal("alias/tenantry/eu-1");
  });

  it("lets CloudWatch Logs use it for this account's log groups only", () => {
    expect(JSON.stringify(cellKeyPolicy(ARGS))).to.contain(
      '"kms:EncryptionContext:aws:logs:arn":"arn:aws:logs:eu-central-1:123456789012:log-group:*"',
    );
  });
});
