export { type PreparedHome, preparePulumiHome } from "./home";
