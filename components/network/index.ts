export { Network, type NetworkArgs, type NetworkLike } from "./network";
