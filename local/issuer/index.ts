export { type IssuerAddress, chooseAddress } from "./address";
export { type Client, ensureClient, readClients } from "./clients";
export { type RunningIssuer, type StartIssuerOptions, startIssuer } from "./issuer";
export { type MintOptions, mintToken } from "./tokens";
