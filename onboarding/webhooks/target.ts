import { promises as dns } from "node:dns";
import { isIP } from "node:net";
import { ProblemError } from "../lifecycle";
import { addressProblem } from "./addresses";

/** An address that a host name stands for. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Finds a host name's addresses; rejects where there are none. */
export type Resolver = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** Where webhooks may be sent. By default only to port 443 of the public internet, over TLS. */
export interface TargetRules {
  /** Accepts http besides https: for the local cloud and tests. Default: false. */
  readonly allowInsecure?: boolean;
  /** CIDRs that are good though they are not public: for the local cloud and tests. Default: none. */
  readonly allowPrivate?: readonly string[];
  /** Ports that are good besides 443; `any` for the local cloud and tests. Default: none. */
  readonly allowPorts?: readonly number[] | "any";
  /** Default: the system's resolver. */
  readonly resolve?: Resolver;
}

/** An address that may be sent to, with every IP address it stood for when it was checked. */
export interface CheckedTarget {
  readonly url: URL;
  readonly addresses: readonly ResolvedAddress[];
}

/** Longest accepted URL, in characters. */
const MAX_URL_LENGTH = 2048;

const HTTPS_PORT = 443;

/** Asks the system's resolver, the hosts file included. */
export const systemResolver: Resolver = async (hostname) => {
  const found = await dns.lookup(hostname, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/**
 * Checks that a webhook's address is one that the service may send to, so that nobody makes it knock at doors that only
 * the service reaches (OWASP API7:2023, server side request forgery).
 *
 * What it returns is good for one delivery: the next one has to check again, as a name may stand for something else by then.
 *
 * @throws ProblemError of type `webhook-target-refused`, with the field `url`
 */
export async function checkTarget(text: string, rules: TargetRules = {}): Promise<CheckedTarget> {
  const url = parseUrl(text, rules);
  const hostname = hostnameOf(url);
  const addresses = await addressesOf(hostname, rules.resolve ?? systemResolver);
  for (const { address } of addresses) {
    const problem = addressProblem(address, rules.allowPrivate);
    // The address is not told: who asks would learn what names stand for in the service's network.
    if (problem !== undefined) {
      throw refused(
        `url's host '${hostname}' has an address of kind '${problem}': expected public addresses only`,
      );
    }
  }
  return { url, addresses };
}

function parseUrl(text: string, { allowInsecure = false, allowPorts = [] }: TargetRules): URL {
  if (text.length > MAX_URL_LENGTH) {
    throw refused(`url has ${text.length} characters: expected at most ${MAX_URL_LENGTH}`);
  }
  if (!URL.canParse(text)) throw refused(`url is '${text}': expected an https URL`);
  const url = new URL(text);
  if (url.protocol !== "https:" && !(allowInsecure && url.protocol === "http:")) {
    throw refused(
      `url's scheme is '${url.protocol.slice(0, -1)}': expected ${allowInsecure ? "https or http" : "https"}`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw refused("url has credentials in it: expected none, as deliveries are signed");
  }
  const port = portOf(url);
  if (allowPorts !== "any" && port !== HTTPS_PORT && !allowPorts.includes(port)) {
    throw refused(`url's port is ${port}: expected ${[HTTPS_PORT, ...allowPorts].join(", ")}`);
  }
  return url;
}

function portOf({ port, protocol }: URL): number {
  if (port !== "") return Number(port);
  return protocol === "https:" ? HTTPS_PORT : 80;
}

/** The host without the brackets of an IPv6 address. */
function hostnameOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}

async function addressesOf(hostname: string, resolve: Resolver): Promise<readonly ResolvedAddress[]> {
  const family = isIP(hostname);
  if (family !== 0) return [{ address: hostname, family: family === 6 ? 6 : 4 }];
  const found = await resolve(hostname).catch((error: unknown) => {
    throw refused(`url's host '${hostname}' cannot be resolved: expected a public name`, error);
  });
  if (found.length === 0) throw refused(`url's host '${hostname}' has no address: expected a public name`);
  return found;
}

function refused(message: string, cause?: unknown): ProblemError {
  return new ProblemError(
    { type: "webhook-target-refused", detail: message, fields: [{ field: "url", message }] },
    { cause },
  );
}
