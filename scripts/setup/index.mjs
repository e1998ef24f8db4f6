import * as path from "node:path";
import { bundle } from "../bundle.mjs";
import { SetupError } from "./errors.mjs";
import { findKubernetes } from "./kubernetes.mjs";
import { withLock } from "./lock.mjs";
import { installPackages } from "./packages.mjs";
import { repository } from "./paths.mjs";
import { Progress } from "./progress.mjs";
import { findPulumi, linkPulumi } from "./pulumi.mjs";
import { configureGit } from "./git.mjs";
import { writeTools } from "./tools-file.mjs";

/**
 * Does the steps that are due.
 * @param {{ plain?: boolean }} options `plain`: lines instead of a live display
 * @returns {Promise<number>} the exit code: 0, 1 on an error, 130 when interrupted
 */
export async function setup(options = {}) {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const progress = new Progress(process.stderr, options.plain);
  try {
    await withLock(path.join(repository, "dist", "setup.lock"), () => steps(progress, interrupted), {
      signal: interrupted.signal,
      onWait: (holder) => progress.note(`waiting for process ${holder}, which sets this clone up, too`),
    });
    return 0;
  } catch (error) {
    progress.stop();
    if (interrupted.signal.aborted && !(interrupted.signal.reason instanceof SetupError)) {
      progress.note("Interrupted. Run it again to go on where it stopped.");
      return 130;
    }
    const cause = interrupted.signal.reason instanceof SetupError ? interrupted.signal.reason : error;
    progress.note(cause instanceof SetupError ? cause.message : String(cause?.stack ?? cause));
    return 1;
  } finally {
    progress.stop();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

async function steps(progress, abort) {
  const { signal } = abort;
  // The packages come over the network, the builds take the processors: side by side they cost no more than the longer.
  const builds = async () => {
    const pulumi = await findPulumi(progress, signal);
    const kubernetes = await findKubernetes(progress, signal);
    return { pulumi, kubernetes };
  };
  const packages = async () => {
    await installPackages(progress, signal);
    await progress.step("bundles", (say) => bundle(say), { quiet: true });
  };
  const [{ pulumi, kubernetes }] = await together([builds(), packages()], abort);
  configureGit();
  writeTools({ ...linkPulumi(pulumi), kubernetes });
}

/** Waits for all; the first failure ends the others. */
async function together(work, abort) {
  for (const one of work) {
    one.catch((error) => {
      if (!abort.signal.aborted)
        abort.abort(error instanceof SetupError ? error : new SetupError(String(error?.stack ?? error)));
    });
  }
  await Promise.allSettled(work);
  return Promise.all(work);
}
