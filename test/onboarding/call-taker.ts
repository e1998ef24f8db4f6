import { parseCallRates, SharedBudget } from "../../onboarding/budget";
import { Registry } from "../../onboarding/registry";

/** Calls that wait at once, as resources of a stack do. */
const AT_ONCE = 4;

/** A process that takes so many calls of KMS: `call-taker URL KEY RATES COUNT`; a line for each, once it is given. */
async function main(url: string, key: string, rates: string, count: number): Promise<void> {
  const registry = await Registry.open({ url, key });
  const budget = new SharedBudget(registry.callSlots, parseCallRates(rates), console);
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

const [, , url = "", key = "", rates = "", count = ""] = process.argv;
void main(url, key, rates, Number(count));
