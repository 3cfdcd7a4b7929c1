import { describe, expect, test } from 'vitest';
import type { Users } from './users.ts';

export interface UsersUnderTest {
  readonly users: Users;
  readonly close: () => Promise<void>;
}

/** The contract of every `Users`. `open` creates an empty one. */
export function usersContract(name: string, open: () => Promise<UsersUnderTest>): void {
  const opened = async () => {
    const { users, close } = await open();
    return { users, [Symbol.asyncDispose]: close };
  };
  describe(`users: ${name}`, () => {
    subjectContract(opened);
    findContract(opened);
    searchContract(opened);
    updateContract(opened);
  });
}

async function add(users: Users, names: readonly string[]): Promise<void> {
  for (const name of names) await users.createForSubject(`subject of ${name}`, name);
}

type Open = () => Promise<{ readonly users: Users } & AsyncDisposable>;

function subjectContract(open: Open): void {
  test('a subject gets one user, also when its name changes later', async () => {
    await using fixture = await open();
    expect(await fixture.users.isEmpty()).toBe(true);
    expect(await fixture.users.findBySubject('s-1')).toBeNull();
    const made = await fixture.users.createForSubject('s-1', 'Ada Lovelace');
    expect(made).toEqual({
      id: expect.stringMatching(/^u_[\w-]{1,30}$/) as string,
      name: 'Ada Lovelace',
      handle: 'ada-lovelace',
      role: 'member',
      suspended: false,
    });
    expect(await fixture.users.createForSubject('s-1', 'Another Name')).toEqual(made);
    expect(await fixture.users.findBySubject('s-1')).toEqual(made);
    expect(await fixture.users.isEmpty()).toBe(false);
  });

  test('a subject gets one user from many concurrent calls', async () => {
    await using fixture = await open();
    const all = await Promise.all(Array.from({ length: 20 }, () => fixture.users.createForSubject('s-1', 'Ada')));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(await fixture.users.search('', 10)).toHaveLength(1);
  });

  test('users with the same name get different handles, also concurrently', async () => {
    await using fixture = await open();
    const subjects = ['1', '2', '3', '4', '5'];
    const all = await Promise.all(subjects.map((subject) => fixture.users.createForSubject(subject, 'Ada')));
    expect(all.map(({ handle }) => handle).toSorted()).toEqual(['ada', 'ada-2', 'ada-3', 'ada-4', 'ada-5']);
  });
}

function findContract(open: Open): void {
  test('users are found by id, without unknown ones', async () => {
    await using fixture = await open();
    const [ada, bob] = [
      await fixture.users.createForSubject('1', 'Ada'),
      await fixture.users.createForSubject('2', 'Bob'),
    ];
    expect(await fixture.users.find(ada.id)).toEqual(ada);
    expect(await fixture.users.find('u_none')).toBeNull();
    const found = await fixture.users.findMany([bob.id, 'u_none', ada.id, ada.id]);
    expect(found.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([ada, bob]);
    expect(await fixture.users.findMany([])).toEqual([]);
  });
}

function searchContract(open: Open): void {
  test('a search matches parts of names and handles, with prefix matches first', async () => {
    await using fixture = await open();
    await add(fixture.users, ['Élodie Ada', 'Ada', 'Zoe adams', 'Adam', 'Bob']);
    const search = async (query: string, limit = 10) =>
      (await fixture.users.search(query, limit)).map(({ name }) => name);
    expect(await search('ADA')).toEqual(['Ada', 'Adam', 'Zoe adams', 'Élodie Ada']);
    expect(await search('éLO')).toEqual(['Élodie Ada']);
    expect(await search('elodie-a')).toEqual(['Élodie Ada']);
    expect(await search('ada', 2)).toEqual(['Ada', 'Adam']);
    expect(await search('')).toEqual(['Ada', 'Adam', 'Bob', 'Zoe adams', 'Élodie Ada']);
    expect(await search('nobody')).toEqual([]);
  });

  test('a search matches wildcard characters literally', async () => {
    await using fixture = await open();
    await add(fixture.users, ['100% sure', 'under_score', 'back\\slash', 'plain']);
    const search = async (query: string) => (await fixture.users.search(query, 10)).map(({ name }) => name);
    expect(await search('%')).toEqual(['100% sure']);
    expect(await search('_')).toEqual(['under_score']);
    expect(await search('\\')).toEqual(['back\\slash']);
    expect(await search("'")).toEqual([]);
  });

  test('a search omits suspended users', async () => {
    await using fixture = await open();
    const { id } = await fixture.users.createForSubject('1', 'Ada');
    await fixture.users.update(id, { suspended: true });
    expect(await fixture.users.search('ada', 10)).toEqual([]);
    expect(await fixture.users.find(id)).toMatchObject({ suspended: true });
    await fixture.users.update(id, { suspended: false });
    expect(await fixture.users.search('ada', 10)).toHaveLength(1);
  });
}

function updateContract(open: Open): void {
  test('the users changed since a time of the store are listed', async () => {
    await using fixture = await open();
    const [ada, bob] = [
      await fixture.users.createForSubject('a', 'Ada'),
      await fixture.users.createForSubject('b', 'Bob'),
    ];
    const whoChanged = async (sinceMs: number) => (await fixture.users.changedSince(sinceMs)).map(({ name }) => name);
    await fixture.users.update(ada.id, { name: 'Ada King' });
    expect(await whoChanged(Date.now() - 60_000)).toContain('Ada King');
    expect(await whoChanged(Date.now() + 60_000)).toEqual([]);
    expect((await fixture.users.findMany([bob.id])).map(({ name }) => name)).toEqual(['Bob']);
  });

  test('an update returns the changed user, and keeps the other fields', async () => {
    await using fixture = await open();
    const ada = await fixture.users.createForSubject('1', 'Ada');
    const changed = { ...ada, name: 'Countess', handle: 'countess', role: 'owner' };
    const answer = await fixture.users.update(ada.id, { name: 'Countess', handle: 'countess', role: 'owner' });
    expect(answer).toEqual({ ok: true, value: changed });
    expect(await fixture.users.update(ada.id, {})).toEqual({ ok: true, value: changed });
    expect(await fixture.users.find(ada.id)).toEqual(changed);
  });

  test('the handle of another user is refused, and one’s own is accepted', async () => {
    await using fixture = await open();
    const [ada, bob] = [
      await fixture.users.createForSubject('1', 'Ada'),
      await fixture.users.createForSubject('2', 'Bob'),
    ];
    expect(await fixture.users.update(bob.id, { handle: 'ada', name: 'Robert' })).toEqual({
      ok: false,
      error: 'handle_taken',
    });
    expect(await fixture.users.find(bob.id)).toEqual(bob);
    expect(await fixture.users.update(ada.id, { handle: 'ada' })).toEqual({ ok: true, value: ada });
  });

  test('an unknown user cannot be updated', async () => {
    await using fixture = await open();
    expect(await fixture.users.update('u_none', { name: 'x' })).toEqual({ ok: false, error: 'not_found' });
  });

  test('a second owner is refused', async () => {
    await using fixture = await open();
    const [ada, bob] = [
      await fixture.users.createForSubject('1', 'Ada'),
      await fixture.users.createForSubject('2', 'Bob'),
    ];
    await fixture.users.update(ada.id, { role: 'owner' });
    await expect(fixture.users.update(bob.id, { role: 'owner' })).rejects.toThrow();
    expect(await fixture.users.find(bob.id)).toMatchObject({ role: 'member' });
  });
}
