/** ARN of an IAM role or user, with its path. */
export const PRINCIPAL_ARN = /^arn:aws(?:-[a-z]+)*:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]+$/;

/**
 * Says everything that is wrong with the AWS principals of a tenant's operators; an empty list means that each can have
 * its access entry. A cluster has one entry a principal at most.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
 *
 * @param field what to call the list in the messages
 * @param principalArns values to judge
 */
export function operatorProblems(field: string, principalArns: readonly string[]): string[] {
  return principalArns.flatMap((arn, index) => {
    if (!PRINCIPAL_ARN.test(arn)) {
      return [`${field}.${index} is '${arn}': expected the ARN of an IAM role or user`];
    }
    const first = principalArns.indexOf(arn);
    if (first === index) return [];
    return [`${field}.${index} is '${arn}', as is ${field}.${first}: expected each principal once`];
  });
}
