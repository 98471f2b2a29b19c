/** When a server that has ended by itself is started again, and when that is given up. */

const WITHIN_MS = 3 * 60_000;
const DELAYS_MS = [1_000, 4_000] as const;

export class Crashes {
  private times: number[] = [];

  /** Take note of a crash; return after how many milliseconds to start again, or undefined: not any more. */
  note(now: number): number | undefined {
    this.times = [...this.times.filter((time) => now - time < WITHIN_MS), now];
    return DELAYS_MS[this.times.length - 1];
  }

  /** Begin anew, because a person has asked for a start. */
  forget(): void {
    this.times = [];
  }
}
