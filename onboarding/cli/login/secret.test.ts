import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { InterruptedError } from "../failure";
import { askSecret } from "./secret";

describe("a secret that is asked for", () => {
  const asked = async (typed: string) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    input.end(typed);
    const answer = await askSecret("client secret: ", { input, output }).catch((error: unknown) => error);
    output.end();
    return { answer, shown: await text(output) };
  };

  it("is not shown", async () => {
    expect(await asked("s3cret\r")).to.deep.equal({ answer: "s3cret", shown: "client secret: \n" });
  });

  it("is taken back at Ctrl-C", async () => {
    expect((await asked("s3c\x03")).answer).to.be.instanceOf(InterruptedError);
  });

  it("is none where the input ends", async () => {
    expect((await asked("")).answer).to.be.instanceOf(InterruptedError);
  });
});
