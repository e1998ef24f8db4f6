/**
 * Days that CloudWatch keeps logs for; it refuses every other number.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export const LOG_RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Says what is wrong with the days that logs are kept for; `undefined` is the default, which is right. */
export function retentionProblems(key: string, days: number | undefined): string[] {
  if (days === undefined || LOG_RETENTION_DAYS.includes(days)) return [];
  return [`${key}: ${days}; expected one of CloudWatch's ${LOG_RETENTION_DAYS.join(", ")}`];
}
