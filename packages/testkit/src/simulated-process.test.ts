import { expect, test } from 'vitest';
import { SimulatedPipe } from './simulated-pipe.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { VirtualClock } from './virtual-clock.ts';

test('tasks of a sleeping process run when it wakes, in order and before new ones', async () => {
  const clock = new VirtualClock();
  const machine = new SimulatedProcess(clock);
  const ran: string[] = [];
  machine.after(5, () => ran.push('timer'));
  machine.sleep();
  await clock.advance(10);
  machine.run(() => ran.push('packet'));
  clock.after(0, () => machine.run(() => ran.push('new')));
  machine.wake();
  expect(ran).toEqual([]);
  await clock.advance(0);
  expect(ran).toEqual(['timer', 'packet', 'new']);
});

test('a killed process runs no task, and a cancelled task does not run', async () => {
  const clock = new VirtualClock();
  const [dead, sleeper] = [new SimulatedProcess(clock), new SimulatedProcess(clock)];
  const ran: string[] = [];
  dead.after(5, () => ran.push('dead'));
  const undo = sleeper.after(5, () => ran.push('called off'));
  dead.kill();
  sleeper.sleep();
  await clock.advance(10);
  undo();
  sleeper.wake();
  await clock.advance(10);
  expect(ran).toEqual([]);
});

test('a clock skew changes the time of day, not the timers', async () => {
  const clock = new VirtualClock(1_000);
  const machine = new SimulatedProcess(clock);
  let ranAt = 0;
  machine.after(10, () => (ranAt = machine.now()));
  machine.skewClock(-500);
  await clock.advance(10);
  expect([ranAt, machine.elapsed()]).toEqual([510, 10]);
});

test('a pipe delivers in order whatever the latency, and keeps items while blocked', async () => {
  const clock = new VirtualClock();
  const latencies = [30, 1, 1];
  const arrived: string[] = [];
  const pipe = new SimulatedPipe<string>({
    clock,
    latencyMs: () => latencies.shift() ?? 1,
    onArrival: (item) => arrived.push(item),
  });
  pipe.send('a', 1);
  pipe.send('b', 1);
  await clock.advance(5);
  expect(arrived).toEqual([]);
  pipe.block();
  pipe.send('c', 100);
  await clock.advance(100);
  expect([arrived, pipe.bufferedBytes()]).toEqual([['a', 'b'], 100]);
  pipe.unblock();
  await clock.advance(100);
  expect([arrived, pipe.bufferedBytes()]).toEqual([['a', 'b', 'c'], 0]);
});

test('a slow pipe buffers what has not left, and a destroyed pipe delivers nothing', async () => {
  const clock = new VirtualClock();
  const arrived: string[] = [];
  const pipe = new SimulatedPipe<string>({
    clock,
    latencyMs: () => 0,
    bytesPerMs: 10,
    onArrival: (item) => arrived.push(item),
  });
  pipe.send('a', 100);
  pipe.send('b', 100);
  expect(pipe.bufferedBytes()).toBe(200);
  await clock.advance(10);
  expect([arrived, pipe.bufferedBytes()]).toEqual([['a'], 100]);
  pipe.destroy();
  await clock.advance(100);
  expect([arrived, pipe.bufferedBytes()]).toEqual([['a'], 0]);
});
