import { list, text, type Properties } from "../properties";

/** Something that a security group admits. */
export interface Admission {
  /** Where it stands in its resource. */
  readonly where: string;
  /** The input that it stands in, or undefined where it is the whole resource. */
  readonly input?: string;
  readonly rule: unknown;
}

function inline(props: Properties): readonly Admission[] {
  return list(props, "ingress").map((rule, index) => ({
    where: `ingress[${index}]`,
    input: "ingress",
    rule,
  }));
}

const ADMISSIONS: Readonly<Record<string, (props: Properties) => readonly Admission[]>> = {
  "aws:ec2/securityGroup:SecurityGroup": inline,
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": inline,
  "aws:ec2/securityGroupRule:SecurityGroupRule": (props) =>
    text(props, "type") === "ingress" ? [{ where: "rule", rule: props }] : [],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (props) => [{ where: "rule", rule: props }],
};

/** The types by which a security group admits something. */
export const INGRESS_TYPES = Object.keys(ADMISSIONS);

/** What a resource admits; nothing where it is none of {@link INGRESS_TYPES}. */
export function admittedBy(type: string, props: Properties): readonly Admission[] {
  return ADMISSIONS[type]?.(props) ?? [];
}
