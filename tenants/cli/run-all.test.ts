import { expect } from "chai";
import { EXIT } from "./exit-codes";
import { readAll } from "./read-all";
import { runAll } from "./run-all";

describe("tasks of a command", () => {
  it("are run in their order, and no more at once than allowed", async () => {
    const begun: number[] = [];
    let [running, most] = [0, 0];
    const code = await runAll([1, 2, 3, 4, 5], 2, async (task) => {
      begun.push(task);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return task === 2 ? EXIT.locked : EXIT.ok;
    });
    expect({ begun, most, code }).to.deep.equal({ begun: [1, 2, 3, 4, 5], most: 2, code: 4 });
  });
});

describe("what a command reads", () => {
  const failureOf = (...reads: Promise<unknown>[]) =>
    readAll(reads, (message) => new TypeError(message)).catch((error: unknown) => error);

  it("is told of where one alone cannot be read", async () => {
    const error = new RangeError("a is wrong");
    expect(await failureOf(Promise.resolve(1), Promise.reject(error))).to.equal(error);
  });

  it("is told of together where several cannot", async () => {
    const error = await failureOf(
      Promise.reject(new Error("a is wrong")),
      Promise.reject(new Error("b, too")),
    );
    expect(String(error)).to.equal("TypeError: a is wrong\nb, too");
  });
});
