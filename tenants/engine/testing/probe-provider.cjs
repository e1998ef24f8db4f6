#!/usr/bin/env node
"use strict";
// A provider whose resources do what a test asks of them: take their time, fail, and write down what was done to them.
const { appendFileSync } = require("node:fs");
const { provider } = require("@pulumi/pulumi");

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Does one operation the way the inputs ask for. */
async function act(operation, inputs) {
  const write = (word) => inputs.log && appendFileSync(inputs.log, `${word} ${operation} ${inputs.label}\n`);
  write("begin");
  await sleep(inputs.delayMs ?? 0);
  if (inputs.fail === operation) throw new Error(`the probe was told to fail its ${operation}`);
  write("end");
}

class ProbeProvider {
  version = "1.0.0";

  async check(_urn, _olds, news) {
    return news.label === ""
      ? { inputs: news, failures: [{ property: "label", reason: "is empty" }] }
      : { inputs: news };
  }

  async diff(_id, _urn, olds, news) {
    const differ = ["label", "value"].some((key) => olds[key] !== news[key]);
    return { changes: differ };
  }

  async create(_urn, inputs) {
    await act("create", inputs);
    return { id: `probe-${inputs.label}`, outs: inputs };
  }

  async update(_id, _urn, _olds, news) {
    await act("update", news);
    return { outs: news };
  }

  async delete(_id, _urn, props) {
    await act("delete", props);
  }

  async read(id, _urn, props) {
    return { id, props };
  }
}

provider.main(new ProbeProvider(), process.argv.slice(2));
