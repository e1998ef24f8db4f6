#!/usr/bin/env node
"use strict";
// A provider whose resources do what a test asks of them: take their time, fail, and write down what was done to them.
const { randomUUID } = require("node:crypto");
const { appendFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb.js");
const { provider } = require("@pulumi/pulumi");
const { ReadRequest, ReadResponse } = require("@pulumi/pulumi/proto/provider_pb.js");

// The SDK's server takes for granted that a resource was known before it is read; one that is imported was not.
const { getProperties } = ReadRequest.prototype;
ReadRequest.prototype.getProperties = function () {
  return getProperties.call(this) ?? new Struct();
};

// Nor does it say that there is nothing in the way that the engine understands when it imports.
const { setProperties } = ReadResponse.prototype;
ReadResponse.prototype.setProperties = function (properties) {
  return setProperties.call(this, this.getId() ? properties : undefined);
};

/** Where a probe's name is taken, which only one can have. */
const placeOf = (label) => path.join(process.env.PROBE_NAMES, label);

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
    if (inputs.exclusive) {
      if (existsSync(placeOf(inputs.label)))
        throw new Error(`AlreadyExists: there is a probe '${inputs.label}'`);
    }
    const name = inputs.nameless ? randomUUID() : inputs.label;
    if (inputs.exclusive || inputs.nameless)
      writeFileSync(placeOf(name), JSON.stringify({ ...inputs, delayMs: 0 }));
    await act("create", inputs);
    return { id: `probe-${name}`, outs: inputs };
  }

  async update(_id, _urn, _olds, news) {
    await act("update", news);
    return { outs: news };
  }

  async delete(id, _urn, props) {
    await act("delete", props);
    if (props.exclusive || props.nameless) rmSync(placeOf(id.replace("probe-", "")), { force: true });
  }

  /** Finds what an owner has: its ids. */
  async invoke(_token, { owner }) {
    const owned = readdirSync(process.env.PROBE_NAMES).filter(
      (name) => JSON.parse(readFileSync(placeOf(name), "utf8")).owner === owner,
    );
    return { outputs: { ids: owned.map((name) => `probe-${name}`) } };
  }

  async read(id, _urn, props) {
    const place = placeOf(id.replace("probe-", ""));
    if (existsSync(place)) {
      const inputs = JSON.parse(readFileSync(place, "utf8"));
      return { id, props: inputs, inputs };
    }
    if (props.exclusive || props.nameless || props.label === undefined) return {};
    const { reality } = props;
    const drift =
      reality !== undefined && existsSync(reality) ? { value: readFileSync(reality, "utf8") } : {};
    return { id, props: { ...props, ...drift } };
  }
}

provider.main(new ProbeProvider(), process.argv.slice(2));

// The SDK's server does not notice that an engine was killed; what is under way has time to end.
const engine = process.ppid;
setInterval(() => {
  if (process.ppid !== engine) setTimeout(() => process.exit(0), 5_000);
}, 1_000).unref();
