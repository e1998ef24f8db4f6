/** The first items of a list, or all of them. No page is asked for that is not needed. */
export async function take<T>(items: AsyncIterable<T>, most = Infinity): Promise<T[]> {
  const taken: T[] = [];
  if (most <= 0) return taken;
  for await (const item of items) {
    taken.push(item);
    if (taken.length >= most) break;
  }
  return taken;
}
