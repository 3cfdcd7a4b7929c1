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
/** What lost its connection this often is given up: a link that never holds must not keep it pending for ever. */
const MAX_TRIES = 10;
/** Operations waiting at once; one more fails at once. */
export const MAX_PENDING = 1_000;

export interface OutboxDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly requests: Requests;
  readonly settings: { readonly timers: { readonly sendTimeoutMs: number } };
  /** Hears of each change. What it kept from before must be here before anything is sent. */
  readonly outboxPersistence: { readonly isRestored: boolean; changed(): void };
  readonly connection: { readonly isOnline: boolean };
  channelIdOf(conversation: Conversation): ChannelId | null;
  /** The same for all names of one conversation. */
  keyOf(conversation: Conversation): string;
  /** The user is not in this channel. A direct message that nobody has written in yet is not lost. */
  isRemovedFrom(conversation: Conversation): boolean;
  /** Every event of the channel up to `seq` was applied. */
  isApplied(channel: ChannelId, seq: number): boolean;
  /** An `ok` told of an event. */
  noteHead(channel: ChannelId, seq: number): void;
  /** Runs the task of a timer, then notifies subscribers of its changes. */
  batch(task: () => void): void;
  report(reason: Reason, detail: unknown): void;
}

type Waiting = Extract<OperationState, { name: 'queued' | 'sending' }>;
type WaitingOperation = Operation & { readonly state: Waiting };

/**
 * What the user did and the log has not confirmed, in order. Of each conversation one operation at a time is on its
 * way, so the server gets them in the order in which they were done, whatever is refused or lost in between.
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

  /** `refusal`: it is known that the server would not take it. */
  add(operation: NewOperation, refusal: FailureReason | null): void {
    const nowMs = this.#deps.clock.now();
    const isFull = this.#operations.filter(isWaiting).length >= MAX_PENDING;
    this.#set([...this.#operations, newOperation(operation, nowMs)]);
    if (refusal !== null || isFull) this.#fail(operation.id, refusal ?? 'unavailable');
    this.pump();
  }

  /** What was kept from before this client started goes first. */
  restore(operations: readonly Operation[]): void {
    this.#set([...operations.filter(({ id }) => this.#find(id) === undefined), ...this.#operations]);
    this.pump();
  }

  clear(): void {
    this.#set([]);
  }

  /** Goes to the end of the order: it is done anew. */
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

  /** These messages are in the log, whatever was thought of them. */
  confirm(messages: ReadonlySet<MessageId>): void {
    const isConfirmed = ({ kind, message }: Operation): boolean => kind === 'send' && messages.has(message);
    for (const { conversation } of this.#operations.filter(isConfirmed)) this.#restartTimeouts(conversation);
    this.#finish(isConfirmed);
    for (const one of this.#operations) if (isDeleteOfMissing(one) && messages.has(one.message)) this.retry(one.id);
  }

  /** Lets go of what is stored once its event was applied. */
  reconcile(): void {
    this.#finish(({ state }) => state.name === 'stored' && this.#deps.isApplied(state.channel, state.seq));
  }

  /** The user is not in this channel any more. */
  channelRemoved(channel: ChannelId): void {
    this.#remove(({ state }) => state.name === 'stored' && state.channel === channel);
    for (const { id, conversation } of this.#operations.filter(isWaiting)) {
      if (this.#deps.channelIdOf(conversation) === channel) this.#fail(id, 'removed');
    }
    this.pump();
  }

  /** The log was replaced by an older one: what was stored may not be in it. Sending it again can't post it twice. */
  requeueStored(): void {
    const nowMs = this.#deps.clock.now();
    this.#set(this.#operations.map((one) => (one.state.name === 'stored' ? { ...one, state: queued(nowMs) } : one)));
  }

  /** The connection came or went: patience starts anew. */
  connectionChanged(): void {
    this.#refresh(() => true);
    this.pump();
  }

  /** Sends what may be sent now. */
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
    // No time-out: a late `ok` takes a failure back.
    this.#deps.requests.send(commandOf(operation, channel), null, (outcome) => {
      this.#settle(operation.id, sending, outcome);
    });
  }

  #settle(id: OperationId, sending: Waiting, outcome: Outcome): void {
    const operation = this.#find(id);
    if (operation === undefined) return;
    if (outcome.type === 'ok') this.#stored(operation, outcome);
    // It was given up meanwhile, and perhaps sent anew: only an `ok` still matters.
    else if (operation.state !== sending) return;
    else if (outcome.type === 'error') this.#refused(operation, sending, outcome);
    else if (sending.tries >= MAX_TRIES) this.#fail(id, 'timeout');
    else this.#replace({ ...operation, state: { ...sending, name: 'queued', notBeforeMs: 0 } });
    this.pump();
  }

  #stored(operation: Operation, { channel: told, seq, at }: OkFrame): void {
    const channel = told ?? this.#deps.channelIdOf(operation.conversation);
    this.#restartTimeouts(operation.conversation);
    // Of a channel that was lost meanwhile no event comes.
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

  /** The server works off this conversation: those behind are not late, it just was not their turn. */
  #restartTimeouts(conversation: Conversation): void {
    const key = this.#deps.keyOf(conversation);
    this.#refresh((other) => this.#deps.keyOf(other.conversation) === key);
  }

  /** Starts the patience of queued operations anew. */
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
      // As it is now: one that fails may change others.
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
    const turns = [...this.#heads()].flatMap(({ state }) => (state.name === 'queued' ? [state.notBeforeMs] : []));
    this.#timer.set(Math.min(...deadlines, ...turns.filter((turnMs) => turnMs > nowMs)));
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

  /** These are done. */
  #finish(matches: (operation: Operation) => boolean): void {
    const done = this.#operations.filter(matches);
    for (const operation of done) this.#replaceStored(operation, []);
    if (done.length > 0) this.pump();
  }

  /** The log has it. What may be there with an older text than the user wanted is edited, before what was done after that. */
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

/** The edit that the user made before the message seemed to fail, if there was one: the log may have the first text. */
function editOf(send: Operation, nowMs: number): Operation[] {
  if (send.sentText === null || send.sentText === send.text) return [];
  return [newOperation({ ...send, id: `${send.id}-edit`, kind: 'edit' }, nowMs)];
}

function isWaiting(operation: Operation): operation is WaitingOperation {
  return operation.state.name === 'queued' || operation.state.name === 'sending';
}
