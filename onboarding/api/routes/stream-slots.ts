import { ProblemError } from "../../lifecycle";

/** Counts the streams that each subject has open. */
export class StreamSlots {
  private readonly open = new Map<string, number>();

  constructor(private readonly most: number) {}

  /**
   * Takes one for a subject; what it returns gives it back.
   *
   * @throws ProblemError `too-many-requests`
   */
  take(subject: string): () => void {
    const taken = this.open.get(subject) ?? 0;
    if (taken >= this.most) {
      throw new ProblemError({
        type: "too-many-requests",
        detail: `${taken} streams are open: expected at most ${this.most} at once`,
        next: "close one of them",
      });
    }
    this.open.set(subject, taken + 1);
    return () => {
      const left = (this.open.get(subject) ?? 1) - 1;
      if (left > 0) this.open.set(subject, left);
      else this.open.delete(subject);
    };
  }
}
