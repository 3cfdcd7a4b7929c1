import { randomUUID } from 'node:crypto';
import {
  channelList,
  channelReply,
  me,
  memberList,
  postMessageReply,
  userList,
  userReply,
  type ChannelId,
} from '@parley/protocol';
import type { ApiResponse } from '@parley/testkit/api-client';
import { createChannel } from '@parley/testkit/api-fixtures';
import {
  canary,
  newName,
  post,
  startFixture,
  type Account,
  type TestUser,
  type ServerFixture,
} from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let fixture: ServerFixture;
let owner: Account;
let ada: TestUser;
let bob: TestUser;

beforeAll(async () => {
  fixture = await startFixture();
  owner = await fixture.account();
  [ada, bob] = [await fixture.user(), await fixture.user()];
});
afterAll(() => fixture[Symbol.asyncDispose]());

const statusAndCode = ({ status, code }: ApiResponse) => [status, code];

async function generalId(): Promise<ChannelId> {
  const { channels } = (await ada.api('GET', '/channels')).as(channelList);
  return channels.find(({ name }) => name === 'general')!.id;
}

describe('users', () => {
  test('[HT13] a user can read and change their own account', async () => {
    const grace = await fixture.account('Grace');
    const handle = `grace-${randomUUID().slice(0, 8)}`;
    expect((await grace.api('GET', '/me')).as(me)).toMatchObject({ email: grace.email, user: { id: grace.id } });
    const { user } = (await grace.api('PATCH', '/me', { name: ' Grace Hopper ', handle })).as(userReply);
    expect(user).toMatchObject({ id: grace.id, name: 'Grace Hopper', handle });
    expect((await grace.api('GET', '/me')).as(me).user).toEqual(user);
    expect((await ada.api('GET', '/me')).as(me)).not.toHaveProperty('email');
  });

  test('[HT13] [FR16] [FR15] a taken handle is a conflict, and an invalid handle or name is malformed', async () => {
    expect(statusAndCode(await ada.api('PATCH', '/me', { handle: bob.handle }))).toEqual([409, 'conflict']);
    for (const body of [
      {},
      { handle: 'Ada' },
      { handle: '-a' },
      { handle: '' },
      { name: '' },
      { name: 'a\nb' },
      { role: 'owner' },
    ]) {
      const answer = await ada.api('PATCH', '/me', body);
      expect([400, 413], JSON.stringify(body)).toContain(answer.status);
    }
    expect((await ada.api('GET', '/me')).as(me).user).toMatchObject({ handle: ada.handle, role: 'member' });
  });

  test('[HT14] users are looked up by id, without the unknown ones', async () => {
    const { users } = (await ada.api('GET', `/users?ids=${bob.id},u_nobody,${ada.id},${bob.id}`)).as(userList);
    expect(users.map(({ id }) => id).toSorted()).toEqual([ada.id, bob.id].toSorted());
    expect(users.find(({ id }) => id === bob.id)).toMatchObject({ name: bob.name, handle: bob.handle });
    expect((await ada.api('GET', '/users?ids=')).as(userList).users).toEqual([]);
  });

  test('[HT14] lookups reveal no email address', async () => {
    const grace = await fixture.account();
    const answers = [
      await ada.api('GET', `/users?ids=${grace.id}`),
      await ada.api('GET', `/users?q=${encodeURIComponent(grace.name)}`),
      await ada.api('GET', `/channels/${await generalId()}/members`),
    ];
    for (const { text, status } of answers) {
      expect(status).toBe(200);
      expect(text).not.toContain('@example.org');
    }
  });

  test('[HT15] a search finds any part of a name or handle, in any case', async () => {
    const word = randomUUID().slice(0, 8);
    const grace = await fixture.user(`Grace ${word}`);
    for (const query of [word, word.toUpperCase(), `grace ${word}`, grace.handle, word.slice(2)]) {
      const { users } = (await ada.api('GET', `/users?q=${encodeURIComponent(query)}`)).as(userList);
      expect(
        users.map(({ id }) => id),
        query,
      ).toContain(grace.id);
    }
    expect((await ada.api('GET', `/users?q=${randomUUID()}`)).as(userList).users).toEqual([]);
  });

  test('[HT15] a search takes the wildcards of SQL literally', async () => {
    for (const query of ['%', '%a%', 'Us_r', 'User\\', "'"]) {
      const answer = await ada.api('GET', `/users?q=${encodeURIComponent(query)}`);
      expect(answer.as(userList).users, query).toEqual([]);
    }
  });

  test('[HT16] the owner appoints admins and suspends users, members can’t, and nobody changes the owner or themselves', async () => {
    const [admin, member] = [await fixture.user(), await fixture.user()];
    expect(statusAndCode(await member.api('PATCH', `/users/${bob.id}`, { suspended: true }))).toEqual([
      403,
      'forbidden',
    ]);
    expect(statusAndCode(await member.api('PATCH', `/users/${member.id}`, { role: 'admin' }))).toEqual([
      403,
      'forbidden',
    ]);
    const { user } = (await owner.api('PATCH', `/users/${admin.id}`, { role: 'admin' })).as(userReply);
    expect(user.role).toBe('admin');
    expect((await admin.api('PATCH', `/users/${member.id}`, { suspended: true })).as(userReply).user.suspended).toBe(
      true,
    );
    expect(
      (await admin.api('PATCH', `/users/${member.id}`, { suspended: false })).as(userReply).user.suspended,
    ).toBeUndefined();
    expect((await admin.api('PATCH', `/users/${owner.id}`, { suspended: true })).status).toBe(403);
    expect((await admin.api('PATCH', `/users/${admin.id}`, { suspended: true })).status).toBe(403);
    expect((await owner.api('PATCH', `/users/${owner.id}`, { role: 'member' })).status).toBe(403);
    expect((await owner.api('PATCH', `/users/${member.id}`, { role: 'owner' })).status).toBe(400);
    expect((await owner.api('PATCH', '/users/u_nobody', { suspended: true })).status).toBe(404);
  });
});

describe('channels', () => {
  test('[HT17] the channel list has the public channels and the user’s own, and no others', async () => {
    const [open, mine, secret] = [
      await createChannel([bob], 'public'),
      await createChannel([ada]),
      await createChannel([bob]),
    ];
    const { channels } = (await ada.api('GET', '/channels')).as(channelList);
    expect(channels.find(({ id }) => id === open)).toMatchObject({ kind: 'public', joined: false, memberCount: 1 });
    expect(channels.find(({ id }) => id === mine)).toMatchObject({ kind: 'private', joined: true });
    expect(channels.map(({ id }) => id)).not.toContain(secret);
  });

  test('[HT18] the creator of a channel is its first member', async () => {
    const name = canary();
    const { channel } = (await ada.api('POST', '/channels', { name, kind: 'public', topic: 'why' })).as(channelReply);
    expect(channel).toMatchObject({ name, kind: 'public', topic: 'why', createdBy: ada.id, lastSeq: 1, unread: 0 });
    const { members } = (await ada.api('GET', `/channels/${channel.id}/members`)).as(memberList);
    expect(members.map(({ id }) => id)).toEqual([ada.id]);
  });

  test('[HT18] a taken public name is a conflict in any case, also for a rename', async () => {
    const name = canary();
    const taken = (await ada.api('POST', '/channels', { name, kind: 'public' })).as(channelReply).channel;
    for (const again of [name, name.toUpperCase(), ` ${name} `]) {
      expect(statusAndCode(await bob.api('POST', '/channels', { name: again, kind: 'public' }))).toEqual([
        409,
        'conflict',
      ]);
    }
    const other = await createChannel([bob], 'public');
    expect(statusAndCode(await bob.api('PATCH', `/channels/${other}`, { name }))).toEqual([409, 'conflict']);
    expect((await ada.api('PATCH', `/channels/${taken.id}`, { name: name.toUpperCase() })).status).toBe(200);
  });

  test('[HT18] one of several concurrent channels with the same public name is created', async () => {
    const name = canary();
    const answers = await Promise.all(
      [ada, bob, ada, bob].map((user) => user.api('POST', '/channels', { name, kind: 'public' })),
    );
    expect(answers.filter(({ code }) => code === 'conflict')).toHaveLength(3);
  });

  test('[HT18] [FR15] a blank, multi-line, reversed or too long name and an unknown kind are malformed', async () => {
    const good = { name: canary(), kind: 'public' };
    for (const wrong of [
      { name: ' ' },
      { name: 'a\nb' },
      { name: '\u202eabc' },
      { name: 'x'.repeat(81) },
      { topic: 'x'.repeat(251) },
      { kind: 'dm' },
      { kind: 'secret' },
      { name: {} },
      { createdBy: bob.id },
    ]) {
      const answer = await ada.api('POST', '/channels', { ...good, ...wrong });
      expect([400, 413], JSON.stringify(wrong)).toContain(answer.status);
    }
  });

  test('[HT19] [HT24] a channel is managed by its creator, the owner and admins, not by other members or non-members', async () => {
    const grace = await fixture.user();
    const channel = await createChannel([ada, bob, grace], 'public');
    expect(statusAndCode(await bob.api('PATCH', `/channels/${channel}`, { topic: 'mine' }))).toEqual([
      403,
      'forbidden',
    ]);
    expect(statusAndCode(await bob.api('DELETE', `/channels/${channel}/members/${grace.id}`))).toEqual([
      403,
      'forbidden',
    ]);
    expect(statusAndCode(await owner.api('PATCH', `/channels/${channel}`, { topic: 'mine' }))).toEqual([
      404,
      'not_found',
    ]);
    await owner.api('POST', `/channels/${channel}/join`);
    expect((await owner.api('PATCH', `/channels/${channel}`, { topic: 'ours' })).as(channelReply).channel.topic).toBe(
      'ours',
    );
    expect((await ada.api('PATCH', `/channels/${channel}`, { topic: 'hers' })).as(channelReply).channel.topic).toBe(
      'hers',
    );
    expect((await owner.api('DELETE', `/channels/${channel}/members/${grace.id}`)).status).toBe(204);
    expect((await ada.api('DELETE', `/channels/${channel}/members/${bob.id}`)).status).toBe(204);
    const { members } = (await ada.api('GET', `/channels/${channel}/members`)).as(memberList);
    expect(members.map(({ id }) => id).toSorted()).toEqual([ada.id, owner.id].toSorted());
  });

  test('[HT20] [HT21] a public channel can be joined and left repeatedly', async () => {
    const channel = await createChannel([ada], 'public');
    for (let round = 0; round < 2; round += 1) {
      const joined = (await bob.api('POST', `/channels/${channel}/join`)).as(channelReply).channel;
      expect(joined).toMatchObject({ id: channel, unread: 0 });
      const again = (await bob.api('POST', `/channels/${channel}/join`)).as(channelReply).channel;
      expect(again.lastSeq).toBe(joined.lastSeq);
      expect((await bob.api('POST', `/channels/${channel}/leave`)).status).toBe(204);
      expect(statusAndCode(await bob.api('POST', `/channels/${channel}/leave`))).toEqual([404, 'not_found']);
    }
  });

  test('[HT20] [ER3] joining a private channel is answered as if it did not exist', async () => {
    const secret = await bob.api('POST', `/channels/${await createChannel([ada])}/join`);
    const nowhere = await bob.api('POST', '/channels/c_nowhere/join');
    expect(statusAndCode(secret)).toEqual([404, 'not_found']);
    expect(secret.text).toBe(nowhere.text);
  });

  test('[HT22] only members can list the members of a channel', async () => {
    const channel = await createChannel([ada, bob]);
    const { members } = (await bob.api('GET', `/channels/${channel}/members`)).as(memberList);
    expect(members.map(({ id }) => id).toSorted()).toEqual([ada.id, bob.id].toSorted());
    expect((await owner.api('GET', `/channels/${channel}/members`)).status).toBe(404);
  });

  test('[HT23] any member can add existing users, and adding one twice changes nothing', async () => {
    const grace = await fixture.user();
    const channel = await createChannel([ada, bob]);
    expect((await bob.api('POST', `/channels/${channel}/members`, { user: grace.id })).status).toBe(204);
    expect((await bob.api('POST', `/channels/${channel}/members`, { user: grace.id })).status).toBe(204);
    expect(statusAndCode(await bob.api('POST', `/channels/${channel}/members`, { user: 'u_nobody' }))).toEqual([
      404,
      'not_found',
    ]);
    expect(statusAndCode(await owner.api('POST', `/channels/${channel}/members`, { user: owner.id }))).toEqual([
      404,
      'not_found',
    ]);
    const { members } = (await grace.api('GET', `/channels/${channel}/members`)).as(memberList);
    expect(members).toHaveLength(3);
  });

  test('[HT21] [HT23] [HT24] [HT19] the members and the name of a direct message can’t be changed', async () => {
    const client = await ada.connect();
    const reply = await client.ask({ type: 'send', to: bob.id, id: randomUUID(), body: 'psst' });
    if (reply.type !== 'ok') throw new Error(JSON.stringify(reply));
    const path = `/channels/${reply.channel}`;
    expect((await ada.api('POST', `${path}/members`, { user: owner.id })).status).toBe(403);
    expect((await ada.api('DELETE', `${path}/members/${bob.id}`)).status).toBe(403);
    expect((await ada.api('POST', `${path}/leave`)).status).toBe(403);
    expect((await ada.api('PATCH', path, { name: 'ours' })).status).toBe(403);
    expect((await owner.api('POST', `${path}/join`)).status).toBe(404);
  });

  test('[HT24] nobody can be removed from #general', async () => {
    const answer = await owner.api('DELETE', `/channels/${await generalId()}/members/${bob.id}`);
    expect(statusAndCode(answer)).toEqual([403, 'forbidden']);
  });
});

describe('messages', () => {
  test('[HT26] a message that is posted repeatedly is stored once', async () => {
    const channel = await createChannel([ada, bob]);
    const path = `/channels/${channel}/messages`;
    const body = { id: randomUUID(), body: 'by post' };
    const first = (await ada.api('POST', path, body)).as(postMessageReply);
    expect(first).toMatchObject({ channel, seq: 3 });
    expect((await ada.api('POST', path, body)).as(postMessageReply)).toEqual(first);
    expect(statusAndCode(await bob.api('POST', path, body))).toEqual([409, 'conflict']);
    const reply = { id: randomUUID(), body: 'a reply', thread: body.id };
    expect((await bob.api('POST', path, reply)).as(postMessageReply).seq).toBe(4);
    const client = await bob.connect();
    expect(await client.ask({ type: 'history', channel })).toMatchObject({
      messages: [
        { id: body.id, by: ada.id },
        { id: reply.id, by: bob.id, thread: body.id },
      ],
    });
  });

  test('[HT26] [ER3] a post to a channel of others is answered as if it did not exist, and a malformed one is refused', async () => {
    const body = { id: randomUUID(), body: 'x' };
    const secret = await ada.api('POST', `/channels/${await createChannel([bob])}/messages`, body);
    const nowhere = await ada.api('POST', '/channels/c_nowhere/messages', body);
    expect(statusAndCode(secret)).toEqual([404, 'not_found']);
    expect(secret.text).toBe(nowhere.text);
    const channel = await createChannel([ada]);
    for (const wrong of [
      { id: 'x' },
      { body: '' },
      { body: ' ' },
      { body: {} },
      { thread: 1 },
      { pinned: true },
      { body: 'a\0' },
    ]) {
      const answer = await ada.api('POST', `/channels/${channel}/messages`, { ...body, ...wrong });
      expect(statusAndCode(answer), JSON.stringify(wrong)).toEqual([400, 'bad_request']);
    }
  });

  test('[HT25] non-members can’t read a channel, not even the owner of the server', async () => {
    const channel = await createChannel([ada]);
    const secret = canary();
    await post(await ada.connect(), channel, secret);
    for (const user of [bob, owner]) {
      const answer = await user.api('GET', `/channels/${channel}/messages`);
      expect(statusAndCode(answer)).toEqual([404, 'not_found']);
      expect(answer.text).not.toContain(secret);
    }
  });
});

test('[HT9] [HT13] a name that contains HTML is answered unchanged as JSON', async () => {
  const name = `<b>${newName()}</b>`;
  const grace = await fixture.user(name);
  const answer = await grace.api('GET', '/me');
  expect(answer.as(me).user.name).toBe(name);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
});
