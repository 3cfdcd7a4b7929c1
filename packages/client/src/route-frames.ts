import {
  type ChannelId,
  isLogEvent,
  type LogEvent,
  type LogEventType,
  type ReadyFrame,
  type Reply,
  type ServerFrame,
  type ServerFrameType,
} from '@parley/protocol';
import type { GapSync } from './channels/gap-sync.ts';
import type { Replica } from './channels/replica.ts';
import type { Requests } from './connection/requests.ts';
import type { OutboxPersistence } from './outbox/outbox-persistence.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { ReadSender } from './reading/read-sender.ts';
import type { HistoryLoader } from './timeline/history-loader.ts';
import type { TypingReceiver } from './typing/typing-receiver.ts';
import type { UserDirectory } from './users/user-directory.ts';

/** The limits and timers of the server that this client uses. */
export interface Settings {
  readonly limits: Pick<ReadyFrame['limits'], 'maxBodyChars'>;
  readonly timers: Omit<ReadyFrame['timers'], 'pingMs'>;
}

export interface FrameRouterDeps {
  readonly replica: Replica;
  readonly requests: Requests;
  readonly outbox: Outbox;
  readonly outboxPersistence: OutboxPersistence;
  readonly loader: HistoryLoader;
  readonly gapSync: GapSync;
  readonly readSender: ReadSender;
  readonly typingReceiver: TypingReceiver;
  readonly users: UserDirectory;
  settings: Settings;
  receive(event: LogEvent): void;
}

type RoutedType = Exclude<ServerFrameType, LogEventType>;
type FrameByType = { readonly [T in RoutedType]: Extract<ServerFrame, { readonly type: T }> };

const settle = (core: FrameRouterDeps, reply: Reply): void => core.requests.settle(reply);

const HANDLERS: { readonly [T in RoutedType]: (core: FrameRouterDeps, frame: FrameByType[T]) => void } = {
  ready: onReady,
  ok: settle,
  error: settle,
  events: settle,
  reset: settle,
  messages: settle,
  pong: settle,
  typing(core, frame) {
    if (frame.user !== core.replica.me?.id) core.typingReceiver.onTyping(frame.channel, frame.user, frame.on);
    core.users.request([frame.user]);
  },
  channel(core, frame) {
    core.replica.addChannel(frame.channel);
    channelAdded(core, frame.channel.id);
  },
  removed: (core, frame) => channelRemoved(core, frame.channel),
  read: (core, frame) => core.replica.applyRead(frame),
  user(core, frame) {
    if (frame.user.id === core.replica.me?.id) core.replica.me = frame.user;
    core.users.upsert([frame.user]);
  },
  presence: (core, frame) => core.users.setOnline(frame.user, frame.state === 'online'),
};

/** Passes a frame to the components that it concerns. */
export function routeFrame(core: FrameRouterDeps, frame: ServerFrame): void {
  if (isLogEvent(frame)) core.receive(frame);
  else handle(core, frame.type, frame);
}

function handle<T extends RoutedType>(core: FrameRouterDeps, type: T, frame: FrameByType[T]): void {
  HANDLERS[type](core, frame);
}

function onReady(core: FrameRouterDeps, frame: ReadyFrame): void {
  core.settings = frame;
  const before = [...core.replica.channels.keys()];
  core.users.ready(frame);
  if (!core.replica.ready(frame)) core.outbox.requeueStored();
  for (const id of before) if (core.replica.find(id) === null) channelRemoved(core, id);
  void core.outboxPersistence.setOwner(frame.user.id);
  core.outbox.reconcile();
  core.outbox.connectionChanged();
  for (const { id, readSeq } of frame.channels) {
    channelAdded(core, id);
    if ((core.replica.find(id)?.readSeq ?? 0) > readSeq) core.readSender.send(id);
  }
}

function channelAdded(core: FrameRouterDeps, id: ChannelId): void {
  core.users.request(core.replica.find(id)?.members ?? []);
  core.loader.resume(id);
  core.outbox.reconcile();
  core.gapSync.check(id);
}

function channelRemoved(core: FrameRouterDeps, id: ChannelId): void {
  core.outbox.channelRemoved(id);
  core.replica.removeChannel(id);
  core.loader.forget(id);
  core.typingReceiver.forget(id);
}
