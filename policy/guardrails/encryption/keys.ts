import { resourcePolicy } from "../define";
import { has, isTrue, number } from "../properties";

/** The shortest wait before a key is gone that Tenantry allows, in days. AWS itself allows 7 to 30. */
const SHORTEST_DELETION_WINDOW = 7;

/** Customer managed keys rotate, and their deletion leaves time to change one's mind. */
export const keysRotate = resourcePolicy({
  name: "keys-rotate",
  description: "Symmetric KMS keys rotate every year, and their policy is checked against lock-out.",
  severity: "high",
  remediationSteps: "Set enableKeyRotation; leave bypassPolicyLockoutSafetyCheck unset.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-4",
  types: ["aws:kms/key:Key"],
  *check({ props }) {
    const spec = has(props, "customerMasterKeySpec") ? props["customerMasterKeySpec"] : "SYMMETRIC_DEFAULT";
    if (spec === "SYMMETRIC_DEFAULT" && !isTrue(props, "enableKeyRotation")) {
      yield "enableKeyRotation: expected true";
    }
    if (isTrue(props, "bypassPolicyLockoutSafetyCheck")) {
      yield "bypassPolicyLockoutSafetyCheck: true; expected false, or nobody may be able to manage the key";
    }
    const window = number(props, "deletionWindowInDays");
    if (window !== undefined && window < SHORTEST_DELETION_WINDOW) {
      yield `deletionWindowInDays: ${window}; expected ${SHORTEST_DELETION_WINDOW} or more`;
    }
  },
});
