import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { orderPath } from '../../../shared/archive/state/orderNames.ts';
import { containers } from '../../../shared/names.ts';
import { type AppWorld, createAppWorld, startAppStorage } from './appWorld.ts';

let storage: Awaited<ReturnType<typeof startAppStorage>>;
let world: AppWorld;
beforeAll(async () => {
  storage = await startAppStorage();
});
afterAll(() => storage.close());
beforeEach(async () => {
  world = await createAppWorld(storage.connectionString);
});
afterEach(() => world.close());

const ada = { id: 'id-ada', address: 'ada@contoso.com' };

const hourMs = 60 * 60_000;

/** A page whose order was placed, and not imported yet. */
async function placeOrder() {
  const { id } = world.add({ address: 'ada@contoso.com' });
  const { runId } = await world.archive(['One'], [ada]);
  const app = world.app();
  const { importEmails } = app;
  app.importEmails = async () => {};
  await world.pump();
  app.importEmails = importEmails;
  expect(await world.orders()).toHaveLength(1);
  const path = orderPath({ connector: world.connector, runId, page: 0 }, id);
  return { app, path, runId, mailbox: id };
}

async function sweepAfter(ms: number): Promise<void> {
  world.clock.skip(ms);
  await world.sweep(false);
  await world.pump();
}

describe('an order', () => {
  it('that can not be read is placed again, though the message for it was lost', async () => {
    const { app, path, runId, mailbox } = await placeOrder();
    const imports = world.storage.container(containers.imports);
    await imports.getBlockBlobClient(path).upload('{}', 2);
    const { deliver } = app.core;
    const { send } = deliver;
    deliver.send = async () => {};
    await app.importEmails(mailbox);
    deliver.send = send;
    expect(await world.orders()).toEqual([]);

    await sweepAfter(hourMs);
    await sweepAfter(hourMs);

    expect(world.textsOf('ada@contoso.com')).toEqual(['One']);
    expect(await world.settle(runId)).toMatchObject({ state: 'completed' });
  });

  it('that somebody took away is placed again within hours', async () => {
    const { path } = await placeOrder();
    await world.storage.container(containers.imports).deleteBlob(path);

    await sweepAfter(hourMs);
    expect(await world.orders()).toEqual([]);
    await sweepAfter(6 * hourMs);
    expect(await world.orders()).toEqual([path]);
  });

  it('that nobody drains gives its mailbox a turn', async () => {
    await placeOrder();
    await sweepAfter(hourMs);
    expect(world.textsOf('ada@contoso.com')).toEqual(['One']);
  });
});
