import { SeededRandom } from '@parley/testkit';
import { inChannel } from '../invariants/canaries.ts';
import type { Violation } from '../invariants/guarantees.ts';
import { World } from '../sim/simulation.ts';
import { look } from '../workload/operation.ts';
import { KINDS } from '../workload/operations.ts';
import { inspect } from './check-continuously.ts';
import type { Plan, Step } from './plan.ts';
import { dusk } from './quiesce-and-check.ts';
import { takeRejections } from './unhandled-rejections.ts';

export interface RunResult {
  /** Null when every law held. */
  readonly violation: Violation | null;
  readonly counts: ReadonlyMap<string, number>;
  readonly history: readonly string[];
}

const INSPECT_EVERY_MS = 500;
const DAWN_MS = 2_000;

/** Lives through a plan, then lets the storm pass, and judges. */
export async function runPlan(plan: Plan, { isRecorded }: { readonly isRecorded: boolean }): Promise<RunResult> {
  const { seed, nodes, rateLimits } = plan;
  const world = new World({ seed: `world ${seed}`, nodes, rateLimits, isRecorded });
  try {
    await dawn(world, plan);
    for (const step of plan.steps) {
      await world.advance(Math.max(0, DAWN_MS + step.atMs - world.clock.elapsed()));
      if (world.violations.length > 0) break;
      take(world, step);
    }
    if (world.violations.length === 0) await dusk(world);
  } catch (error) {
    world.violate('no bug shows', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  for (const error of await takeRejections()) world.violate('no bug shows', `nobody awaits: ${String(error)}`);
  return { violation: world.violations[0] ?? null, counts: world.counts, history: world.history };
}

/** Servers, users with a browser each, a public and a private channel, everyone connected. */
async function dawn(world: World, { users, devices, history }: Plan): Promise<void> {
  for (const node of world.nodes) node.start();
  await world.advance(100);
  for (let n = 0; n < users; n += 1) world.openTab(world.addDevice(world.addUser(n === 0 ? 'owner' : 'member')));
  for (let n = 0; n < devices; n += 1) {
    const user = world.users[n % users];
    if (user !== undefined) world.openTab(world.addDevice(user));
  }
  await found(world);
  await remember(world, history);
  const inspectAgain = (): void => {
    inspect(world);
    world.clock.after(INSPECT_EVERY_MS, inspectAgain);
  };
  inspectAgain();
  await world.advance(DAWN_MS - world.clock.elapsed());
  for (const tab of world.tabs) look(world, tab, 'c_general');
}

async function found(world: World): Promise<void> {
  const [owner, second] = world.users;
  const [tab] = world.tabs;
  if (owner === undefined || second === undefined || tab === undefined) return;
  const actor = { user: owner.id, role: owner.role };
  await world.advance(500);
  for (const [name, kind] of [
    ['room-1', 'public'],
    ['room-2', 'private'],
  ] as const) {
    void world.request(tab.machine, async (core) => {
      const made = await core.chat.createChannel(actor, { name, kind });
      if (made.ok && kind === 'private') await core.chat.addMember(actor, made.value.id, second.id);
    });
  }
  await world.advance(500);
}

/** Fills the general channel, as it would be after years. */
async function remember(world: World, count: number): Promise<void> {
  const [owner] = world.users;
  const [tab] = world.tabs;
  if (owner === undefined || tab === undefined || count === 0) return;
  const actor = { user: owner.id, role: owner.role };
  const random = world.random.fork('history');
  void world.request(tab.machine, async ({ chat }) => {
    for (let n = 0; n < count; n += 1) {
      void chat.send(actor, { channel: 'c_general', id: random.uuid(), body: inChannel('c_general', `once ${n}`) });
    }
  });
  await world.advance(500);
}

function take(world: World, step: Step): void {
  const done = KINDS[step.kind].act(world, new SeededRandom(step.dice));
  world.count(done === null ? `nothing to ${step.kind}` : step.kind);
  if (done !== null) world.note(() => `${step.kind}: ${done}`);
}
