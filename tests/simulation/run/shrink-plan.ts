import { shrink } from '@parley/testkit';
import type { Guarantee } from '../invariants/guarantees.ts';
import type { Plan } from './plan.ts';
import { runPlan } from './run-plan.ts';

const MAX_RUNS = 200;

/** Returns a plan with as few steps as could be found that breaks the same guarantee. */
export async function shrinkPlan(plan: Plan, guarantee: Guarantee): Promise<Plan> {
  const steps = await shrink(
    plan.steps,
    async (left) => {
      const { violation } = await runPlan({ ...plan, steps: left }, { isRecorded: false });
      return violation?.guarantee === guarantee;
    },
    MAX_RUNS,
  );
  return { ...plan, steps };
}
