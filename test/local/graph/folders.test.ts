import { expect, it } from 'vitest';
import { graphWithAda, pathOf, valuesOf } from './client.ts';

it('creates a folder once', async () => {
  const { call, inbox } = await graphWithAda();

  const made = await call('POST', `${inbox}/childFolders`, {
    displayName: 'Webex Teams',
  });
  const again = await call('POST', `${inbox}/childFolders`, {
    displayName: 'webex teams',
  });

  expect(made.status).toBe(201);
  expect([again.status, again.code]).toEqual([409, 'ErrorFolderExists']);
});

it('finds a folder by its name', async () => {
  const { call, inbox } = await graphWithAda();
  const { body } = await call('POST', `${inbox}/childFolders`, { displayName: "Ann's" });
  const filter = encodeURIComponent("displayName eq 'Ann''s'");
  const found = await call('GET', `${inbox}/childFolders?$filter=${filter}&$select=id`);
  expect(valuesOf(found)).toEqual([{ id: body.id }]);
});

it('shows ten folders a page, and hidden ones only on request', async () => {
  const { call, inbox } = await graphWithAda();
  for (let n = 0; n < 11; n++)
    await call('POST', `${inbox}/childFolders`, {
      displayName: `F${n}`,
      isHidden: n > 9,
    });

  const shown = await call('GET', `${inbox}/childFolders`);
  const all = await call('GET', `${inbox}/childFolders?includeHiddenFolders=true`);

  expect(valuesOf(shown)).toHaveLength(10);
  expect(shown.body['@odata.nextLink']).toBeUndefined();
  expect(all.body['@odata.nextLink']).toContain('includeHiddenFolders=true');
  const rest = await call('GET', String(all.body['@odata.nextLink']));
  expect(valuesOf(rest)).toHaveLength(1);
});

it('hides a folder at its creation only', async () => {
  const { call, ada, inbox } = await graphWithAda();
  const { body } = await call('POST', `${inbox}/childFolders`, { displayName: 'Shown' });
  const changed = await call('PATCH', pathOf(ada, String(body.id)), { isHidden: true });
  expect(changed.status).toBe(400);
});

it('renames, moves and deletes folders, but not its own', async () => {
  const { call, ada, inbox, graph } = await graphWithAda();
  const { body } = await call('POST', `${inbox}/childFolders`, { displayName: 'Old' });
  const folder = pathOf(ada, String(body.id));
  await call('POST', `${folder}/messages`, { subject: 'kept until the end' });

  await call('PATCH', folder, { displayName: 'New' });
  await call('POST', `${folder}/move`, { DestinationId: 'deleteditems' });
  const paths = graph.mailbox('ada@example.com').folders.map(({ path }) => path);
  const gone = await call('DELETE', folder);

  expect(paths).toContain('Deleted Items/New');
  expect(gone.status).toBe(204);
  expect((await call('GET', folder)).code).toBe('ErrorItemNotFound');
  expect(graph.mailbox('ada@example.com').messages).toEqual([]);
  expect((await call('DELETE', inbox)).code).toBe('ErrorDeleteDistinguishedFolder');
});

it('counts what lies in a folder', async () => {
  const { call, inbox } = await graphWithAda();
  await call('POST', `${inbox}/messages`, { subject: 'one', isRead: false });
  await call('POST', `${inbox}/childFolders`, { displayName: 'Child' });
  expect((await call('GET', inbox)).body).toMatchObject({
    displayName: 'Inbox',
    childFolderCount: 1,
    totalItemCount: 1,
    unreadItemCount: 1,
  });
});

it('lets the owner throw a folder away', async () => {
  const { call, ada, graph, inbox } = await graphWithAda();
  const { body } = await call('POST', `${inbox}/childFolders`, { displayName: 'Webex' });

  graph.owner('ada@example.com').moveFolder('Inbox/Webex', 'Deleted Items');
  const moved = await call('GET', pathOf(ada, String(body.id)));
  const bin = await call('GET', pathOf(ada, 'deleteditems'));

  expect(moved.body.parentFolderId).toBe(bin.body.id);
});
