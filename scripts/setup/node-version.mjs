const minimum = [20, 19];

/** Ends the process with a clear message when Node is too old. Written so that old versions can read it. */
export function checkNode(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major > minimum[0] || (major === minimum[0] && minor >= minimum[1])) {
    return;
  }
  console.error(
    `Node ${minimum.join(".")} or newer is needed; this is Node ${version}. Get it from https://nodejs.org or with your package manager.`,
  );
  process.exit(1);
}
