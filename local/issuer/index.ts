export { type IssuerAddress, chooseAddress, readAddress } from "./address";
export { type Client, ensureClient, readClients } from "./clients";
export { type RunningIssuer, type StartIssuerOptions, startIssuer } from "./issuer";
export { AUDIENCE, type MintOptions, TOKEN_SECONDS, mintToken } from "./tokens";
