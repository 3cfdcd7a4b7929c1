import type { ParleyClient } from '@parley/client';
import { shown, type ClientFixture } from './client-fixture.ts';

export const ADA = 'u_ada';
export const BOB = 'u_bob';
export const GENERAL = 'c_general';

/** Ada's client, online, with the channel that she shares with Bob open. */
export async function openGeneral(fixture: ClientFixture): Promise<ParleyClient> {
  fixture.server.addChannel(GENERAL, [ADA, BOB]);
  const ada = await fixture.online(ADA);
  ada.open(GENERAL);
  await fixture.clock.advance(100);
  return ada;
}

/** The texts of a client's timeline there, in the format of `shown`. */
export function shownInGeneral(client: ParleyClient): readonly string[] {
  return shown(client.timeline(GENERAL).get());
}
