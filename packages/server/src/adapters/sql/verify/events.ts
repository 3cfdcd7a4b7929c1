import type { Snapshot } from '../snapshot.ts';
import { prepare, rowsFrom } from '../statement.ts';

export function prepareEventQueries({ kysely, dialect }: Snapshot) {
  return {
    range: prepare({ channel: 'text', after: 'int', upTo: 'int' }, ({ channel, after, upTo }) =>
      kysely
        .selectFrom('events')
        .selectAll()
        .where('channel', '=', channel)
        .where('seq', '>', after)
        .where('seq', '<=', upTo)
        .orderBy('seq'),
    ),
    next: prepare({ channel: 'text', after: 'int' }, ({ channel, after }) =>
      kysely
        .selectFrom('events')
        .select((column) => column.fn.min('seq').as('seq'))
        .where('channel', '=', channel)
        .where('seq', '>', after),
    ),
    /** The last edit of each message that has one. */
    lastEdits: prepare({ ids: 'rows' }, ({ ids }) => {
      const last = kysely
        .selectFrom(rowsFrom(dialect, ids, { id: 'text', channel: 'text' }))
        .innerJoin('events as edits', (join) =>
          join.onRef('edits.edit_of', '=', 'r.id').onRef('edits.channel', '=', 'r.channel'),
        )
        .select(['r.channel', (column) => column.fn.max('edits.seq').as('seq')])
        .groupBy(['r.id', 'r.channel'])
        .as('last');
      return kysely
        .selectFrom(last)
        .innerJoin('events', (join) =>
          join.onRef('events.channel', '=', 'last.channel').onRef('events.seq', '=', 'last.seq'),
        )
        .selectAll('events');
    }),
  };
}
