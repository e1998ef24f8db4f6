import type { Catalog } from "../framework";
import { ec2 } from "./ec2";

/** Every service that the local account simulates: one file or folder a service, one line here. */
export const CATALOGS: readonly Catalog[] = [ec2];
