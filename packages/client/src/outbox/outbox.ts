import { type ChannelId, ERROR_POLICY, type ErrorFrame, type MessageId, type OkFrame } from '@parley/protocol';
import { backOffMs } from '../connection/backoff.ts';
import type { Reason } from '../connection/reasons.ts';
import { isRefused, type Outcome, type Requests } from '../connection/requests.ts';
import { DeadlineTimer } from '../deadline-timer.ts';
import type { Clock, Random } from '../environment.ts';
import type { Conversation, FailureReason, OperationId } from '../parley-client.ts';
import { failOperation, replace } from './fail-operation.ts';
import {
  commandOf,
  type NewOperation,
  isDeleteOfMissing,
  newOperation,
  type Operation,
  type OperationState,
  queued,
} from './operation.ts';

/** Without a connection an operation waits this long. */
const OFFLINE_TIMEOUT_MS = 30_000;
/** An operation fails after its connection was lost this often: an unstable connection must not keep it pending for ever. */
const MAX_TRIES = 10;
/** Operations that wait at the same time; one more fails immediately. */
export const MAX_PENDING = 1_000;

export interface OutboxDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly requests: Requests;
  readonly settings: { readonly timers: { readonly sendTimeoutMs: number } };
  /** Notified of each change. Nothing is sent until it has restored the stored operations. */
  readonly outboxPersistence: { readonly isRestored: boolean; changed(): void };
  readonly connection: { readonly isOnline: boolean };
  channelIdOf(conversation: Conversation): ChannelId | null;
  /** The same for all names of one conversation. */
  keyOf(conversation: Conversation): string;
  /** The user is not a member of this channel. False for a direct message that does not exist yet. */
  isRemovedFrom(conversation: Conversation): boolean;
  /** Every event of the channel up to `seq` was applied. */
  isApplied(channel: ChannelId, seq: number): boolean;
  /** An `ok` carried the position of an event. */
  noteHead(channel: ChannelId, seq: number): void;
  /** Runs the task of a timer, then notifies subscribers of its changes. */
  batch(task: () => void): void;
  report(reason: Reason, detail: unknown): void;
}

type Waiting = Extract<OperationState, { name: 'queued' | 'sending' }>;
type WaitingOperation = Operation & { readonly state: Waiting };

/**
 * The user's operations that the log has not confirmed, in order. Each conversation sends one operation at a time, so the
 * server receives them in the user's order even when some are refused or lost.
 */
export class Outbox {
  readonly #deps: OutboxDeps;
  #operations: readonly Operation[] = [];
  readonly #timer: DeadlineTimer;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    this.#timer = new DeadlineTimer(deps, () => deps.batch(() => this.#expire()));
  }

  /** Another array after each change. */
  get operations(): readonly Operation[] {
    return this.#operations;
  }

  /** `refusal`: why the server would refuse the operation, if that is known already. */
  add(operation: NewOperation, refusal: FailureReason | null): void {
    const nowMs = this.#deps.clock.now();
    const isFull = this.#operations.filter(isWaiting).length >= MAX_PENDING;
    this.#set([...this.#operations, newOperation(operation, nowMs)]);
    if (refusal !== null || isFull) this.#fail(operation.id, refusal ?? 'unavailable');
    this.pump();
  }

  /** Puts stored operations before those of this session. */
  restore(operations: readonly Operation[]): void {
    this.#set([...operations.filter(({ id }) => this.#find(id) === undefined), ...this.#operations]);
    this.pump();
  }

  clear(): void {
    this.#set([]);
  }

  /** Moves the operation to the end of the order. */
  retry(id: OperationId): void {
    const operation = this.#find(id);
    if (operation?.state.name !== 'failed') return;
    const nowMs = this.#deps.clock.now();
    const others = this.#operations.filter((other) => other !== operation);
    this.#set([...others, { ...operation, atMs: nowMs, state: queued(nowMs) }]);
    this.pump();
  }

  dismiss(id: OperationId): void {
    this.#remove((operation) => operation.id === id && operation.state.name === 'failed');
  }

  /** These messages are in the log, whatever state their operations have. */
  confirm(messages: ReadonlySet<MessageId>): void {
    const isConfirmed = ({ kind, message }: Operation): boolean => kind === 'send' && messages.has(message);
    for (const { conversation } of this.#operations.filter(isConfirmed)) this.#restartTimeouts(conversation);
    this.#finish(isConfirmed);
    for (const one of this.#operations) if (isDeleteOfMissing(one) && messages.has(one.message)) this.retry(one.id);
  }

  /** Removes stored operations whose event is applied. */
  reconcile(): void {
    this.#finish(({ state }) => state.name === 'stored' && this.#deps.isApplied(state.channel, state.seq));
  }

  /** The user is no longer a member of this channel. */
  channelRemoved(channel: ChannelId): void {
    this.#remove(({ state }) => state.name === 'stored' && state.channel === channel);
    for (const { id, conversation } of this.#operations.filter(isWaiting)) {
      if (this.#deps.channelIdOf(conversation) === channel) this.#fail(id, 'removed');
    }
    this.pump();
  }

  /** The log was replaced by an older one that may lack stored operations. Sending them again can't store them twice. */
  requeueStored(): void {
    const nowMs = this.#deps.clock.now();
    this.#set(this.#operations.map((one) => (one.state.name === 'stored' ? { ...one, state: queued(nowMs) } : one)));
  }

  /** The connection started or ended: the timeouts start again. */
  connectionChanged(): void {
    this.#refresh(() => true);
    this.pump();
  }

  /** Sends the operations that are due. */
  pump(): void {
    if (this.#deps.connection.isOnline && this.#deps.outboxPersistence.isRestored) {
      const nowMs = this.#deps.clock.now();
      for (const head of this.#heads()) {
        if (head.state.name === 'queued' && head.state.notBeforeMs <= nowMs) this.#send(head);
      }
    }
    this.#arm();
  }

  close(): void {
    this.#timer.set(Number.POSITIVE_INFINITY);
  }

  #send(operation: WaitingOperation): void {
    const { sinceMs, tries, refusal } = operation.state;
    const sending: Waiting = { name: 'sending', sinceMs, tries: tries + 1, refusal };
    this.#replace({ ...operation, sentText: operation.sentText ?? operation.text, state: sending });
    const channel = this.#deps.channelIdOf(operation.conversation);
    // No timeout: a late `ok` revokes a failure.
    this.#deps.requests.send(commandOf(operation, channel), null, (outcome) => {
      this.#settle(operation.id, sending, outcome);
    });
  }

  #settle(id: OperationId, sending: Waiting, outcome: Outcome): void {
    const operation = this.#find(id);
    if (operation === undefined) return;
    if (outcome.type === 'ok') this.#stored(operation, outcome);
    // The operation has failed meanwhile, or was sent again: only an `ok` still counts.
    else if (operation.state !== sending) return;
    else if (outcome.type === 'error') this.#refused(operation, sending, outcome);
    else if (sending.tries >= MAX_TRIES) this.#fail(id, 'timeout');
    else this.#replace({ ...operation, state: { ...sending, name: 'queued', notBeforeMs: 0 } });
    this.pump();
  }

  #stored(operation: Operation, { channel: stored, seq, at }: OkFrame): void {
    const channel = stored ?? this.#deps.channelIdOf(operation.conversation);
    this.#restartTimeouts(operation.conversation);
    // After the user left the channel its event does not arrive.
    const isOver = channel === null || seq === undefined || this.#deps.isRemovedFrom(operation.conversation);
    if (isOver || this.#deps.isApplied(channel, seq)) {
      return this.#finish(({ id }) => id === operation.id);
    }
    const state: OperationState = { name: 'stored', channel, seq, at: at ?? operation.atMs };
    this.#replaceStored(operation, [{ ...operation, text: operation.sentText ?? operation.text, state }]);
    this.#deps.noteHead(channel, seq);
  }

  #refused(operation: Operation, sending: Waiting, reply: ErrorFrame): void {
    if (isRefused(reply)) return this.#fail(operation.id, reply.code);
    const jitterMs = backOffMs(sending.tries, this.#deps.random.fraction());
    const notBeforeMs = this.#deps.clock.now() + (reply.retryAfterMs ?? 0) + jitterMs;
    this.#replace({ ...operation, state: { ...sending, name: 'queued', refusal: reply.code, notBeforeMs } });
  }

  /** The first waiting operation of each conversation. */
  #heads(): Iterable<WaitingOperation> {
    const heads = new Map<string, WaitingOperation>();
    for (const operation of this.#operations.filter(isWaiting)) {
      const key = this.#deps.keyOf(operation.conversation);
      if (!heads.has(key)) heads.set(key, operation);
    }
    return heads.values();
  }

  /** The server makes progress in this conversation: the operations behind only waited for their turn. */
  #restartTimeouts(conversation: Conversation): void {
    const key = this.#deps.keyOf(conversation);
    this.#refresh((other) => this.#deps.keyOf(other.conversation) === key);
  }

  /** Restarts the timeouts of queued operations. */
  #refresh(matches: (operation: Operation) => boolean): void {
    const sinceMs = this.#deps.clock.now();
    this.#operations = this.#operations.map((operation) => {
      // A pending request recognizes its `sending` state by identity, so that state must stay the same object.
      if (operation.state.name !== 'queued' || !matches(operation)) return operation;
      return { ...operation, state: { ...operation.state, sinceMs } };
    });
  }

  #deadlineMs({ state }: WaitingOperation): number {
    return (
      state.sinceMs + (this.#deps.connection.isOnline ? this.#deps.settings.timers.sendTimeoutMs : OFFLINE_TIMEOUT_MS)
    );
  }

  #expire(): void {
    const nowMs = this.#deps.clock.now();
    const isOnline = this.#deps.connection.isOnline;
    for (const { id } of this.#operations) {
      // Read again: an operation that fails may change others.
      const operation = this.#find(id);
      if (operation === undefined || !isWaiting(operation) || this.#deadlineMs(operation) > nowMs) continue;
      const { refusal } = operation.state;
      this.#fail(id, refusal !== null && ERROR_POLICY[refusal].show ? refusal : isOnline ? 'timeout' : 'offline');
    }
    this.pump();
  }

  #arm(): void {
    const nowMs = this.#deps.clock.now();
    const deadlines = this.#operations.filter(isWaiting).map((operation) => this.#deadlineMs(operation));
    const retryTimes = [...this.#heads()].flatMap(({ state }) => (state.name === 'queued' ? [state.notBeforeMs] : []));
    this.#timer.set(Math.min(...deadlines, ...retryTimes.filter((retryMs) => retryMs > nowMs)));
  }

  #fail(id: OperationId, reason: FailureReason): void {
    this.#deps.report('operation-failed', { id, reason });
    this.#set(failOperation(this.#operations, id, { name: 'failed', reason, failedAtMs: this.#deps.clock.now() }));
  }

  #find(id: OperationId): Operation | undefined {
    return this.#operations.find((operation) => operation.id === id);
  }

  #replace(changed: Operation): void {
    this.#set(replace(this.#operations, changed));
  }

  /** Removes operations that are done. */
  #finish(matches: (operation: Operation) => boolean): void {
    const done = this.#operations.filter(matches);
    for (const operation of done) this.#replaceStored(operation, []);
    if (done.length > 0) this.pump();
  }

  /** The log has the operation. If it may hold an older text than the user's last, an edit takes its place in the order. */
  #replaceStored(stored: Operation, kept: readonly Operation[]): void {
    const edits = editOf(stored, this.#deps.clock.now());
    this.#set(this.#operations.flatMap((one) => (one.id === stored.id ? [...kept, ...edits] : [one])));
  }

  #remove(matches: (operation: Operation) => boolean): void {
    const left = this.#operations.filter((operation) => !matches(operation));
    if (left.length < this.#operations.length) this.#set(left);
  }

  #set(operations: readonly Operation[]): void {
    this.#operations = operations;
    this.#deps.outboxPersistence.changed();
  }
}

/** The edit that was merged into a send when it failed, if there was one: the log may have the first text. */
function editOf(send: Operation, nowMs: number): Operation[] {
  if (send.sentText === null || send.sentText === send.text) return [];
  return [newOperation({ ...send, id: `${send.id}-edit`, kind: 'edit' }, nowMs)];
}

function isWaiting(operation: Operation): operation is WaitingOperation {
  return operation.state.name === 'queued' || operation.state.name === 'sending';
}
