/** Zone letters of the regions that don't simply have a, b and c. */
const LETTERS: Readonly<Record<string, string>> = {
  "us-east-1": "abcdef",
  "us-west-1": "ab",
  "us-west-2": "abcd",
  "ca-central-1": "abd",
  "ap-northeast-1": "acd",
  "ap-northeast-2": "abcd",
};

const DIRECTIONS: readonly [RegExp, string][] = [
  [/^northeast$/, "ne"],
  [/^northwest$/, "nw"],
  [/^southeast$/, "se"],
  [/^southwest$/, "sw"],
  [/^(north|south|east|west|central)$/, "$1"],
];

/** The availability zones of a region by name, in the order in which AWS lists them. */
export function zonesOf(region: string): string[] {
  return [...(LETTERS[region] ?? "abc")].map((letter) => `${region}${letter}`);
}

/** The zone's id, such as `use1-az1` for `us-east-1a`: the account's own numbering, here in alphabetical order. */
export function zoneId(zone: string): string {
  const region = zone.slice(0, -1);
  const place = zonesOf(region).indexOf(zone) + 1;
  const [area = "", direction = "", number = "1"] = region.split("-").filter((part) => part !== "gov");
  const [, short = direction] = DIRECTIONS.find(([pattern]) => pattern.test(direction)) ?? [];
  const code = short === "$1" ? direction.slice(0, 1) : short;
  return `${area}${code}${number}-az${Math.max(place, 1)}`;
}
