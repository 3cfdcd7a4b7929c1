import type { Guarantee } from '../invariants/guarantees.ts';
import type { Plan, Step } from './plan.ts';
import { runPlan } from './run-plan.ts';

const MAX_RUNS = 200;

/**
 * A plan with as few steps as could be found that breaks the same law: stretches of steps are left out, half of them
 * first, single ones last, for as long as it still breaks.
 */
export async function shrink(plan: Plan, guarantee: Guarantee): Promise<Plan> {
  const attempt = new Attempts(plan, guarantee);
  let { steps } = plan;
  for (let length = Math.ceil(steps.length / 2); length > 0;) {
    const smaller = await leaveOut(steps, length, attempt);
    const isSmaller = smaller.length < steps.length;
    steps = smaller;
    if (length > 1) length = Math.ceil(length / 2);
    else if (!isSmaller || attempt.areOver) break;
  }
  return { ...plan, steps };
}

/** Leaves out every stretch of this length that is not needed. */
async function leaveOut(steps: readonly Step[], length: number, attempt: Attempts): Promise<readonly Step[]> {
  let left = steps;
  for (let from = 0; from < left.length;) {
    const candidate = [...left.slice(0, from), ...left.slice(from + length)];
    if (await attempt.breaks(candidate)) left = candidate;
    else from += length;
  }
  return left;
}

class Attempts {
  readonly #plan: Plan;
  readonly #law: Guarantee;
  #left = MAX_RUNS;

  constructor(plan: Plan, guarantee: Guarantee) {
    this.#plan = plan;
    this.#law = guarantee;
  }

  get areOver(): boolean {
    return this.#left <= 0;
  }

  async breaks(steps: readonly Step[]): Promise<boolean> {
    if (this.areOver) return false;
    this.#left -= 1;
    const { violation } = await runPlan({ ...this.#plan, steps }, { isRecorded: false });
    return violation?.guarantee === this.#law;
  }
}
