import { parseCallRates, SharedBudget } from "../../onboarding/budget";
import { Registry } from "../../onboarding/registry";
import { meetIn } from "./meeting";

/** Calls that wait at once, as resources of a stack do. */
const AT_ONCE = 4;

/**
 * A process that takes so many calls of KMS: `call-taker URL KEY RATES COUNT [DIRECTORY]`; a line for each, once it is given.
 * With a directory it begins when another does.
 */
async function main(url: string, key: string, rates: string, count: number, together: string): Promise<void> {
  const registry = await Registry.open({ url, key });
  const budget = new SharedBudget(registry.callSlots, parseCallRates(rates), console);
  if (together !== "") await meetIn(together);
  let left = count;
  const take = async (): Promise<void> => {
    while (left-- > 0) {
      await budget.take("kms");
      process.stdout.write(`${Date.now()}\n`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
  await registry.close();
}

const [, , url = "", key = "", rates = "", count = "", together = ""] = process.argv;
void main(url, key, rates, Number(count), together);
