import type { Mutant } from '../mutant.ts';

const CLIENT = 'packages/client/src';

/** Mistakes in the SDK’s copy of the log. */
export const CLIENT_REPLICA_MUTANTS: readonly Mutant[] = [
  {
    name: 'a gap in the log is ignored, and the event after it is applied',
    file: `${CLIENT}/channels/channel-state.ts`,
    find: 'if (event.seq > position(channel) + 1) return [buffer(headed, event), []];',
    replace:
      'if (event.seq > position(channel) + 1) return [apply({ ...headed, receivedSeq: event.seq - 1, window: channel.window && { ...channel.window, asOf: event.seq - 1 } }, event, me), [event]];',
  },
  {
    name: 'an event received beyond a gap is dropped and never requested',
    file: `${CLIENT}/channels/channel-state.ts`,
    find: 'return { ...channel, buffered: new Map(channel.buffered).set(event.seq, event) };',
    replace: 'return { ...channel, head: Math.min(channel.head, channel.receivedSeq) };',
  },
  {
    name: 'duplicate events are applied twice',
    file: `${CLIENT}/channels/channel-state.ts`,
    find: 'if (event.seq <= position(channel)) return [headed, []];',
    replace: 'if (event.seq <= position(channel)) return [count(headed, event, me), []];',
  },
  {
    name: 'a gap sync requests one seq too far',
    file: `${CLIENT}/channels/gap-sync.ts`,
    find: 'const after = position(channel);',
    replace: 'const after = position(channel) + 1;',
  },
  {
    name: 'loaded messages are not synced after a reconnect',
    file: `${CLIENT}/channels/channel-state.ts`,
    find: 'return channel.buffered.size > 0 || position(channel) < channel.receivedSeq;',
    replace: 'return channel.buffered.size > 0;',
  },
  {
    name: 'unread counts compare timestamps',
    file: `${CLIENT}/channels/channel-state.ts`,
    find: 'if (event.by === me || event.seq <= channel.readSeq) return channel;',
    replace:
      'if (event.by === me || event.seq <= channel.readSeq || (channel.unread > 0 && event.at < before.lastActivityMs)) return channel;',
  },
  {
    name: 'unread counts compare the server’s times with the client’s clock',
    file: `${CLIENT}/client-core.ts`,
    find: 'const applied = this.replica.receive(event);\n',
    replace:
      'const applied = this.replica.receive(event);\n    for (const one of applied) if (one.at < (this.lookedAtMs ?? 0)) this.replica.markRead(one.channel, one.seq);\n',
    also: {
      file: `${CLIENT}/create-parley-client.ts`,
      find: 'if (this.#core.replica.markRead(channel, seq)) this.#core.readSender.send(channel);',
      replace:
        'this.#core.lookedAtMs = this.#core.clock.now();\n      if (this.#core.replica.markRead(channel, seq)) this.#core.readSender.send(channel);',
    },
  },
  {
    name: 'mentions are not counted',
    file: `${CLIENT}/channels/channel-state.ts`,
    find: 'const mentionsMe =',
    replace: 'const mentionsMe = event.seq < 0 &&',
  },
  {
    name: 'a read cursor moved on another device is ignored',
    file: `${CLIENT}/route-frames.ts`,
    find: 'read: (core, frame) => core.replica.applyRead(frame),',
    replace: 'read: () => undefined,',
  },
  {
    name: 'a removed channel stays in the list',
    file: `${CLIENT}/route-frames.ts`,
    find: '  core.replica.removeChannel(id);\n',
    replace: '',
  },
  {
    name: 'a lost read command is never sent again',
    file: `${CLIENT}/route-frames.ts`,
    find: 'if ((core.replica.find(id)?.readSeq ?? 0) > readSeq) core.readSender.send(id);',
    replace: '',
  },
  {
    name: 'a deleted message keeps its text',
    file: `${CLIENT}/channels/channel-state.ts`,
    find: 'deleted: { window: (window, event) => changeMessage(window, event, tombstone) },',
    replace: 'deleted: {},',
  },
];
