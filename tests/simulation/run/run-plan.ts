import { SeededRandom } from '@parley/testkit';
import { withCanary } from '../invariants/canaries.ts';
import type { Violation } from '../invariants/guarantees.ts';
import { Simulation } from '../sim/simulation.ts';
import { watch } from '../workload/operation.ts';
import { OPERATIONS } from '../workload/operations.ts';
import { checkContinuously } from './check-continuously.ts';
import type { Plan, Step } from './plan.ts';
import { quiesceAndCheck } from './quiesce-and-check.ts';
import { takeUnhandledRejections } from './unhandled-rejections.ts';

export interface RunResult {
  /** The first violation. Null if every guarantee held. */
  readonly violation: Violation | null;
  readonly counts: ReadonlyMap<string, number>;
  readonly history: readonly string[];
}

const CHECK_EVERY_MS = 500;
const SETUP_MS = 2_000;

/** Runs a plan, then stops all faults and checks the outcome. */
export async function runPlan(plan: Plan, { isRecorded }: { readonly isRecorded: boolean }): Promise<RunResult> {
  const { seed, nodes, rateLimits } = plan;
  const simulation = new Simulation({ seed: `world ${seed}`, nodes, rateLimits, isRecorded });
  try {
    await setUp(simulation, plan);
    for (const step of plan.steps) {
      await simulation.advance(Math.max(0, SETUP_MS + step.atMs - simulation.clock.elapsed()));
      if (simulation.violations.length > 0) break;
      execute(simulation, step);
    }
    if (simulation.violations.length === 0) await quiesceAndCheck(simulation);
  } catch (error) {
    simulation.reportViolation(
      'internal error',
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
  }
  for (const error of await takeUnhandledRejections()) {
    simulation.reportViolation('internal error', `unhandled rejection: ${String(error)}`);
  }
  return { violation: simulation.violations[0] ?? null, counts: simulation.counts, history: simulation.history };
}

/** Starts servers, users with a browser each, a public and a private channel, and connects every client. */
async function setUp(simulation: Simulation, { users, devices, history }: Plan): Promise<void> {
  for (const node of simulation.nodes) node.start();
  await simulation.advance(100);
  for (let n = 0; n < users; n += 1) {
    simulation.openTab(simulation.addDevice(simulation.addUser(n === 0 ? 'owner' : 'member')));
  }
  for (let n = 0; n < devices; n += 1) {
    const user = simulation.users[n % users];
    if (user !== undefined) simulation.openTab(simulation.addDevice(user));
  }
  await createChannels(simulation);
  await seedHistory(simulation, history);
  const checkAgain = (): void => {
    checkContinuously(simulation);
    simulation.clock.after(CHECK_EVERY_MS, checkAgain);
  };
  checkAgain();
  await simulation.advance(SETUP_MS - simulation.clock.elapsed());
  for (const tab of simulation.tabs) watch(simulation, tab, 'c_general');
}

async function createChannels(simulation: Simulation): Promise<void> {
  const [owner, second] = simulation.users;
  const [tab] = simulation.tabs;
  if (owner === undefined || second === undefined || tab === undefined) return;
  const actor = { user: owner.id, role: owner.role };
  await simulation.advance(500);
  for (const [name, kind] of [
    ['room-1', 'public'],
    ['room-2', 'private'],
  ] as const) {
    void simulation.request(tab.process, async (core) => {
      const made = await core.chat.createChannel(actor, { name, kind });
      if (made.ok && kind === 'private') await core.chat.addMember(actor, made.value.id, second.id);
    });
  }
  await simulation.advance(500);
}

/** Fills the general channel with old messages. */
async function seedHistory(simulation: Simulation, count: number): Promise<void> {
  const [owner] = simulation.users;
  const [tab] = simulation.tabs;
  if (owner === undefined || tab === undefined || count === 0) return;
  const actor = { user: owner.id, role: owner.role };
  const random = simulation.random.fork('history');
  void simulation.request(tab.process, async ({ chat }) => {
    for (let n = 0; n < count; n += 1) {
      void chat.send(actor, { channel: 'c_general', id: random.uuid(), body: withCanary('c_general', `once ${n}`) });
    }
  });
  await simulation.advance(500);
}

function execute(simulation: Simulation, step: Step): void {
  const done = OPERATIONS[step.kind].run(simulation, new SeededRandom(step.seed));
  simulation.count(done === null ? `nothing to ${step.kind}` : step.kind);
  if (done !== null) simulation.note(() => `${step.kind}: ${done}`);
}
