import { expect } from "chai";
import { CALL_RATES, type CallRate, PACED_SERVICES, parseCallRates, serviceOf } from "./rates";

describe("the rates of calls to AWS", () => {
  /** Quotas of any one second that AWS publishes and that are not buckets. */
  const QUOTAS = { route53: 5, kms: 5 } as const;
  for (const service of ["route53", "kms"] as const) {
    it(`of ${service} never come to more than its quota in a second`, () => {
      const { perSecond, burst } = CALL_RATES[service];
      expect(perSecond + burst - 1).to.be.at.most(QUOTAS[service]);
    });
  }

  /** The changes that a silo makes of a service, by the types of its program. */
  const SILO = { kms: 2, iam: 3, rds: 1, ec2: 5, eks: 2, logs: 2 } as const;
  for (const service of ["kms", "iam", "rds", "ec2", "eks", "logs"] as const) {
    it(`of ${service} let one tenant's changes through at once`, () => {
      expect(CALL_RATES[service].burst).to.be.at.least(SILO[service]);
    });
  }

  const TYPES = [
    ["aws:route53/record:Record", "route53"],
    ["aws:kms/alias:Alias", "kms"],
    ["aws:ec2/securityGroup:SecurityGroup", "ec2"],
    ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ec2"],
    ["aws:cloudwatch/logGroup:LogGroup", "logs"],
    ["aws:sqs/queue:Queue", undefined],
    ["kubernetes:core/v1:Namespace", undefined],
    ["pulumi:providers:aws", undefined],
  ] as const;
  for (const [type, service] of TYPES) {
    it(`are for ${type} those of ${service ?? "nothing"}`, () => {
      expect(serviceOf(type)).to.equal(service);
    });
  }

  it("are replaced one by one, burst and weight staying", () => {
    const rates = parseCallRates("route53=10, rds=0.5");
    expect(rates.route53).to.deep.equal({ ...CALL_RATES.route53, perSecond: 10 });
    expect(rates.rds.perSecond).to.equal(0.5);
    for (const service of PACED_SERVICES) {
      const rate: CallRate = rates[service];
      if (!["route53", "rds"].includes(service)) expect(rate).to.equal(CALL_RATES[service]);
    }
  });

  const WRONG = [
    ["route54=5", "'route54=5' names service 'route54': expected one of route53, kms,"],
    ["toString=5", "names service 'toString': expected one of"],
    ["route53=5,", "'' names service ''"],
    ["rds=0", "'rds=0' says '0': expected calls a second, a number above 0, as rds=5"],
    ["rds=-1", "'rds=-1' says '-1'"],
    ["rds=many", "says 'many'"],
    ["rds", "'rds' says ''"],
    ["rds=1=2", "'rds=1=2' says '1'"],
    ["rds=1,rds=2", "'rds=2' names rds again"],
  ] as const;
  for (const [text, message] of WRONG) {
    it(`are not '${text}'`, () => expect(() => parseCallRates(text)).to.throw(message));
  }
});
