import { ok } from '@parley/protocol';
import type { Change } from '#kernel/change.ts';
import { GENERAL, GENERAL_NAME } from './general.ts';

/** Creates #general on first start. */
export function createGeneral(): Change<null> {
  return {
    scope: { channels: [GENERAL] },
    decide: (ledger) => {
      if (ledger.findChannel(GENERAL) === null) {
        ledger.create({
          id: GENERAL,
          kind: 'public',
          name: GENERAL_NAME,
          topic: '',
          createdBy: null,
          createdAt: ledger.at,
        });
      }
      return ok(null);
    },
  };
}
