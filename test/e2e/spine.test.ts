import { describeFailures } from "./failures";
import { describeIsolation } from "./isolation";
import { describeBuilding, describeDestroying } from "./lifecycle";
import { World } from "../world/world";

/** From nothing to two isolated tenants and back to nothing, on the real engine, API server and PostgreSQL. */
describe("the spine", function () {
  this.timeout("5 minutes");
  this.bail(false);
  const world = new World();

  before(() => world.begin());
  after(() => world.end());

  describeBuilding(world);
  describeIsolation(world);
  describeFailures(world);
  describeDestroying(world);
});
