import type { ChannelId, LogEvent } from '@parley/protocol';
import type { Bus } from '#ports/bus.ts';
import type { Ledger } from './ledger.ts';
import type { UncertainCommit } from './log.ts';

/** Publishes the events of a commit in order, and the membership of each new member just before their `joined`. */
export function publishCommit(bus: Bus, ledger: Ledger): void {
  const { events, grants } = ledger.committed();
  const grantOf = new Map(grants.map((grant) => [grant.event, grant]));
  const runs = new Map<ChannelId, LogEvent[]>();
  for (const event of events) {
    const grant = grantOf.get(event);
    if (grant !== undefined && event.type === 'joined') {
      publishRun(bus, runs, event.channel);
      bus.publish(`user.${event.user}`, { kind: 'membership-granted', user: event.user, channel: grant.channel });
    }
    const run = runs.get(event.channel);
    if (run === undefined) runs.set(event.channel, [event]);
    else run.push(event);
  }
  for (const channel of runs.keys()) publishRun(bus, runs, channel);
}

function publishRun(bus: Bus, runs: Map<ChannelId, LogEvent[]>, channel: ChannelId): void {
  const events = runs.get(channel);
  if (events === undefined) return;
  runs.delete(channel);
  bus.publish(`channel.${channel}`, { kind: 'committed', channel, events });
}

/** Lets users who may have become members reconnect: `ready` contains their channels. */
export function requestReconnect(bus: Bus, { grants }: UncertainCommit): void {
  for (const { event, channel } of grants) {
    if (event.type !== 'joined') continue;
    bus.publish(`user.${event.user}`, { kind: 'membership-uncertain', user: event.user, channel: channel.id });
  }
}
