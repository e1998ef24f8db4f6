import type * as aws from "../account/aws";
import type * as workerService from "./worker-service";

/** Loads what runs operations, and with it Pulumi's SDK. */
export function loadWorkerService(): typeof workerService;
/** Loads what calls AWS, and with it AWS's SDK. */
export function loadAwsAccount(): typeof aws;
