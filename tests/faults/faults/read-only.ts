import { setTimeout as sleep } from 'node:timers/promises';
import type { ProxiedNode } from '@parley/testkit/cluster/cluster';
import { readOnlyUnsupportedReason, setReadOnly } from '../host/immutable-files.ts';
import { pickNode, type Fault, type Trial } from './fault.ts';
import { withUnwritableStore } from './unwritable-store.ts';

/** Makes the database and its folder read-only, under a running server or before a start. */
export const readOnly: Fault = {
  name: 'read-only',
  repetitions: 30,
  faultsPerComparison: 1,
  unsupportedReason: readOnlyUnsupportedReason,
  async inject(trial) {
    const { random } = trial;
    const node = pickNode(trial);
    const { dataFolder } = node.server;
    await sleep(random.between(20, 400));
    if (random.chance(0.3)) return startReadOnly(trial, node);
    const what = await withUnwritableStore(trial, node, {
      begin: () => setReadOnly(dataFolder, true),
      end: () => setReadOnly(dataFolder, false),
    });
    return `read-only files: ${what}`;
  },
};

/** The server must exit with a plain message instead of accepting messages that it can't store. */
async function startReadOnly({ history, random }: Trial, { server, name }: ProxiedNode): Promise<string> {
  await server.kill(random.chance(0.5) ? 'SIGKILL' : 'SIGTERM');
  setReadOnly(server.dataFolder, true);
  let sentence = '';
  try {
    await server.start();
  } catch (error) {
    sentence = error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error);
  } finally {
    setReadOnly(server.dataFolder, false);
  }
  history.measure('a start on read-only files is refused', Number(sentence !== ''), { atLeast: 1 });
  const isPlain = sentence.startsWith('Can not');
  history.measure('the refusal is a plain sentence', Number(isPlain), { atLeast: 1 });
  await server.kill('SIGKILL');
  await server.start();
  return `${name} did not start on read-only files: ${sentence}`;
}
