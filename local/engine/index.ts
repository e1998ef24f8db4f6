export { type PreparedHome, preparePulumiHome } from "./home";
export { installPlugins, pinnedVersions, pluginNames } from "./plugins";
