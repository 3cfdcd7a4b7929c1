import { parentPort, workerData } from 'node:worker_threads';
import { holdLock, openReader, openWriter } from './connection.ts';
import { StepRunner } from './run-steps.ts';
import { failureOf } from './sqlite-error.ts';
import type { WorkerReply, WorkerRequest, WorkerSettings, WorkerStart } from './worker-messages.ts';

/** The thread of one connection. SQLite blocks its thread while it works, and the main thread must serve sockets. */
function main(settings: WorkerSettings): void {
  if (parentPort === null) throw new Error('this file is a worker');
  const port = parentPort;
  const start = (message: WorkerStart): void => port.postMessage(message);
  let opened: ReturnType<typeof open>;
  try {
    opened = open(settings);
  } catch (error) {
    start({ opened: false, failure: failureOf(error) });
    return;
  }
  const { runner, close } = opened;
  port.on('message', (requests: readonly WorkerRequest[] | 'close') => {
    if (requests === 'close') {
      close();
      port.close();
    } else {
      port.postMessage(requests.map((request) => answer(runner, request)));
    }
  });
  start({ opened: true });
}

function open({ file, lockFile }: WorkerSettings) {
  const lock = lockFile === null ? null : holdLock(lockFile);
  const db = lockFile === null ? openReader(file) : openWriter(file);
  const close = (): void => {
    db.close();
    lock?.close();
  };
  return { runner: new StepRunner(db), close };
}

function answer(runner: StepRunner, request: WorkerRequest): WorkerReply {
  try {
    return { id: request.id, results: runner.run(request) };
  } catch (error) {
    return { id: request.id, failure: failureOf(error) };
  }
}

main(workerData as WorkerSettings);
