import { describe, expect, it } from 'vitest';
import { addUser, createTenant } from '../../../local/graph/tenant.ts';
import {
  archivedMessage,
  clientOf,
  graphWithAda,
  handClock,
  keyFilter,
  keyProperty,
  pathOf,
  start,
  valuesOf,
} from './client.ts';

const mail = '/users/ada@example.com/messages';

describe('creating a message', () => {
  it('makes no draft where the flags say so, with its own dates', async () => {
    const { call, graph, inbox } = await graphWithAda();

    const made = await call('POST', `${inbox}/messages`, archivedMessage('k1'));

    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      isDraft: false,
      isRead: true,
      sentDateTime: '2026-03-04T10:00:00Z',
      receivedDateTime: '2026-03-04T10:00:00Z',
      internetMessageId: '<k1@archive.example.com>',
    });
    expect(graph.mailbox('ada@example.com').messages).toMatchObject([
      {
        id: made.body.id,
        folder: 'Inbox',
        from: 'bob@example.com',
        to: ['ada@example.com'],
        properties: { [keyProperty]: 'k1' },
      },
    ]);
    expect(graph.violations).toEqual([]);
  });

  it('makes a draft of now otherwise', async () => {
    const clock = handClock();
    const { call, graph } = await graphWithAda({ now: clock.now });

    const made = await call('POST', mail, {
      subject: 'x',
      isDraft: false,
      receivedDateTime: '2020-01-01T00:00:00Z',
    });

    expect(made.body).toMatchObject({
      isDraft: true,
      receivedDateTime: '2026-11-20T01:00:00Z',
    });
    expect(graph.mailbox('ada@example.com').messages[0]?.folder).toBe('Drafts');
    expect(graph.violations).toEqual([
      'a message with the read-only property isDraft',
      'a message with the read-only property receivedDateTime',
    ]);
  });

  const property = (id: string, value: string) => ({
    singleValueExtendedProperties: [{ id, value }],
  });
  const to = (address: string) => ({ toRecipients: [{ emailAddress: { address } }] });
  const header = (name: string) => ({ name, value: 'v' });

  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown property', { colour: 'red' }, 'UnableToDeserializePostBody'],
    ['a property of the wrong type', { subject: 1 }, 'UnableToDeserializePostBody'],
    ['an address without a domain', to('ada'), 'ErrorInvalidRecipients'],
    ['an address with a line end', to('a@b.c\r\nBcc: d@e.f'), 'ErrorInvalidRecipients'],
    [
      'creation times',
      property('SystemTime 0x3007', '2026-01-01T00:00:00Z'),
      'ErrorInvalidPropertySet',
    ],
    [
      'a malformed property id',
      property('Strin 0x1', 'x'),
      'ErrorInvalidExtendedProperty',
    ],
    [
      'a date that is none',
      property('SystemTime 0x0039', 'yesterday'),
      'ErrorInvalidExtendedPropertyValue',
    ],
    [
      'six headers',
      { internetMessageHeaders: Array.from({ length: 6 }, (_, n) => header(`x-${n}`)) },
      'InvalidInternetMessageHeaderCollection',
    ],
    [
      'no header',
      { internetMessageHeaders: [] },
      'InvalidInternetMessageHeaderCollection',
    ],
    [
      'a standard header',
      { internetMessageHeaders: [header('Date')] },
      'InvalidInternetMessageHeader',
    ],
    [
      'base64 that is none',
      {
        attachments: [
          {
            '@odata.type': '#microsoft.graph.fileAttachment',
            name: 'a',
            contentBytes: 'a b',
          },
        ],
      },
      'UnableToDeserializePostBody',
    ],
  ])('refuses %s', async (_what, body, code) => {
    const { call, graph, inbox } = await graphWithAda();
    const answer = await call('POST', `${inbox}/messages`, body);
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(graph.mailbox('ada@example.com').messages).toEqual([]);
  });

  it('refuses what is larger than the mailbox takes, and anything where it is full', async () => {
    const tenant = createTenant({ domains: ['example.com'] });
    const small = addUser(tenant, {
      address: 'small@example.com',
      mailbox: { maxMessageBytes: 100 },
    });
    const full = addUser(tenant, { address: 'full@example.com', mailbox: 'full' });
    const tight = addUser(tenant, {
      address: 'tight@example.com',
      mailbox: { quotaBytes: 150 },
    });
    const call = clientOf(await start({ tenant }));
    const body = { body: { contentType: 'text', content: 'x'.repeat(101) } };
    const code = async (path: string) =>
      (await call('POST', `${path}/messages`, body)).code;

    expect(await code(pathOf(small, 'inbox'))).toBe('ErrorMessageSizeExceeded');
    expect(await code(pathOf(full, 'inbox'))).toBe('ErrorQuotaExceeded');
    expect(await code(pathOf(tight, 'inbox'))).toBeUndefined();
    expect(await code(pathOf(tight, 'inbox'))).toBe('ErrorQuotaExceeded');
  });

  it('keeps of a file the name, the size and the hash', async () => {
    const { call, graph, inbox } = await graphWithAda();
    const attachments = [
      {
        '@odata.type': '#microsoft.graph.fileAttachment',
        name: 'a.txt',
        contentType: 'text/plain',
        contentBytes: Buffer.from('hello').toString('base64'),
      },
    ];
    const made = await call(
      'POST',
      `${inbox}/messages`,
      archivedMessage('k', { attachments }),
    );
    expect(made.body.hasAttachments).toBe(true);
    expect(graph.mailbox('ada@example.com').messages[0]?.attachments).toEqual([
      {
        name: 'a.txt',
        contentType: 'text/plain',
        size: 5,
        sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
        isInline: false,
      },
    ]);
  });
});

describe('looking a message up', () => {
  it('works by the key property: names by case, values not, and guids not', async () => {
    const { call, graph, inbox } = await graphWithAda();
    const { body } = await call('POST', `${inbox}/messages`, archivedMessage('Key'));
    const found = async (where: string, query: string) =>
      valuesOf(await call('GET', `${where}/messages?${query}&$select=id`)).length;

    expect(await found(inbox, keyFilter('key'))).toBe(1);
    expect(await found('/users/ada@example.com', keyFilter('key'))).toBe(1);
    expect(await found(inbox, keyFilter('other'))).toBe(0);
    expect(await found(inbox, keyFilter('key', keyProperty.toUpperCase()))).toBe(0);
    const lowerGuid = keyProperty.replace(/\{.*\}/, (guid) => guid.toLowerCase());
    expect(await found(inbox, keyFilter('key', lowerGuid))).toBe(1);
    expect(
      await found('/users/ada@example.com/mailFolders/drafts', keyFilter('key')),
    ).toBe(0);
    const id = encodeURIComponent("internetMessageId eq '<key@archive.example.com>'");
    const byId = await call('GET', `${inbox}/messages?$filter=${id}`);
    expect(valuesOf(byId)[0]?.id).toBe(body.id);
    expect(graph.violations).toEqual([]);
  });

  it('shows extended properties only where they are expanded', async () => {
    const { call, graph, inbox } = await graphWithAda();
    await call('POST', `${inbox}/messages`, archivedMessage('k'));
    const inner = encodeURIComponent(`$filter=id eq '${keyProperty}'`);
    const expand = `$expand=singleValueExtendedProperties(${inner})`;

    const bare = await call('GET', `${inbox}/messages?${keyFilter('k')}`);
    const full = await call('GET', `${inbox}/messages?${keyFilter('k')}&${expand}`);

    expect(valuesOf(bare)[0]).not.toHaveProperty('singleValueExtendedProperties');
    expect(valuesOf(full)[0]?.singleValueExtendedProperties).toEqual([
      { id: keyProperty, value: 'k' },
    ]);
    expect(graph.violations).toEqual([]);
  });

  it('refuses filters on what can’t be filtered', async () => {
    const { call, graph, inbox } = await graphWithAda();
    const filter = encodeURIComponent("body eq 'x'");
    const answer = await call('GET', `${inbox}/messages?$filter=${filter}`);
    expect(answer.code).toBe('ErrorInvalidUrlQueryFilter');
    expect(graph.violations).toHaveLength(1);
  });

  it('pages ten at a time, newest first', async () => {
    const { call, inbox } = await graphWithAda();
    for (let n = 0; n < 12; n++)
      await call('POST', `${inbox}/messages`, {
        subject: `m${n}`,
        singleValueExtendedProperties: [
          {
            id: 'SystemTime 0x0E06',
            value: `2026-01-${String(n + 1).padStart(2, '0')}T00:00:00Z`,
          },
        ],
      });
    const first = await call('GET', `${inbox}/messages?$select=subject&$count=true`);
    const second = await call('GET', String(first.body['@odata.nextLink']));
    const subjects = [...valuesOf(first), ...valuesOf(second)].map(
      ({ subject }) => subject,
    );
    expect(first.body['@odata.count']).toBe(12);
    expect(subjects).toEqual(Array.from({ length: 12 }, (_, n) => `m${11 - n}`));
  });
});

describe('moving and changing', () => {
  it('keeps the immutable id, flags and dates in a move', async () => {
    const { call, graph, inbox } = await graphWithAda();
    const { body } = await call('POST', `${inbox}/messages`, archivedMessage('k'));
    const moved = await call('POST', `${mail}/${body.id}/move`, {
      DestinationId: 'archive',
    });
    expect(moved.status).toBe(201);
    expect(moved.body.id).toBe(body.id);
    expect(graph.mailbox('ada@example.com').messages).toMatchObject([
      { folder: 'Archive', isDraft: false, sentAt: new Date('2026-03-04T10:00:00Z') },
    ]);
  });

  it('changes the id in a move where no immutable one was asked for', async () => {
    const { call, inbox } = await graphWithAda();
    const plain = { Prefer: 'other' };
    const { body } = await call('POST', `${inbox}/messages`, archivedMessage('k'), plain);
    const moved = await call(
      'POST',
      `${mail}/${body.id}/move`,
      { DestinationId: 'archive' },
      plain,
    );
    expect(moved.body.id).not.toBe(body.id);
    expect((await call('GET', `${mail}/${body.id}`)).code).toBe('ErrorItemNotFound');
    expect((await call('GET', `${mail}/${moved.body.id}`)).status).toBe(200);
  });

  it('never turns a draft into something else', async () => {
    const { call } = await graphWithAda();
    const { body } = await call('POST', mail, { subject: 'draft' });
    const changed = await call('PATCH', `${mail}/${body.id}`, {
      subject: 'changed',
      singleValueExtendedProperties: [{ id: 'Integer 0x0E07', value: '1' }],
    });
    expect(changed.body).toMatchObject({ subject: 'changed', isDraft: true });
  });

  it('guards sensitive properties of what is no draft, where the rule is in force', async () => {
    const { call, inbox } = await graphWithAda({
      sensitiveRule: 'updatesAndAttachments',
    });
    const { body } = await call('POST', `${inbox}/messages`, archivedMessage('k'));
    const path = `${mail}/${body.id}`;
    const file = {
      '@odata.type': '#microsoft.graph.fileAttachment',
      name: 'a',
      contentBytes: 'aGVsbG8=',
    };

    expect((await call('PATCH', path, { subject: 'x' })).code).toBe('ErrorAccessDenied');
    expect((await call('POST', `${path}/attachments`, file)).code).toBe(
      'ErrorAccessDenied',
    );
    expect((await call('PATCH', path, { categories: ['x'] })).status).toBe(200);
  });

  it('keeps what is deleted in a mailbox on hold, out of sight', async () => {
    const tenant = createTenant({ domains: ['example.com'] });
    const held = addUser(tenant, { address: 'held@example.com', mailbox: 'onHold' });
    const graph = await start({ tenant });
    const call = clientOf(graph);
    const inbox = pathOf(held, 'inbox');
    const { body } = await call('POST', `${inbox}/messages`, archivedMessage('k'));

    const gone = await call('DELETE', `/users/${held.id}/messages/${body.id}`);
    const listed = await call('GET', `/users/${held.id}/messages?${keyFilter('k')}`);

    expect(gone.status).toBe(204);
    expect(valuesOf(listed)).toEqual([]);
    expect(graph.mailbox(held.id).messages[0]?.folder).toBe('Recoverable Items');
  });

  it('lets the owner move and delete messages', async () => {
    const { call, graph, inbox } = await graphWithAda();
    const { body } = await call('POST', `${inbox}/messages`, archivedMessage('k'));
    const owner = graph.owner('ada@example.com');
    owner.moveMessage(String(body.id), 'Archive');
    expect((await call('GET', `${inbox}/messages/${body.id}`)).status).toBe(404);
    expect((await call('GET', `${mail}/${body.id}`)).status).toBe(200);
    owner.deleteMessage(String(body.id));
    expect((await call('GET', `${mail}/${body.id}`)).status).toBe(404);
  });
});
