import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { reveal, type PluginMap } from "../../plugin/values";
import { textAt } from "./object";

/** The file of an object: definitions apart, as they must be applied first. The names are the official provider's. */
export function renderPath(directory: string, object: PluginMap): string {
  const kind = textAt(object, "kind") ?? "";
  const folder = kind === "CustomResourceDefinition" ? "0-crd" : "1-manifest";
  const parts = [
    textAt(object, "apiVersion") ?? "",
    kind.toLowerCase(),
    textAt(object, "metadata", "namespace") ?? "default",
    textAt(object, "metadata", "name") ?? "",
  ];
  return path.join(directory, folder, `${parts.map((part) => part.replace(/[/:]/g, "_")).join("-")}.yaml`);
}

/**
 * Writes an object's YAML; a Secret's is for its owner only, as its values stand in it as they are.
 *
 * @returns the file
 */
export function render(directory: string, object: PluginMap): string {
  const file = renderPath(directory, object);
  const mode = object["kind"] === "Secret" ? 0o600 : 0o666;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // A file that is there keeps its mode otherwise.
  fs.rmSync(file, { force: true });
  fs.writeFileSync(file, stringify(reveal(object)), { mode });
  return file;
}

/** Removes an object's YAML. */
export function unrender(directory: string, object: PluginMap): void {
  fs.rmSync(renderPath(directory, object), { force: true });
}
