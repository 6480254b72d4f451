import { afterEach, describe, expect, it } from 'vitest';
import { addRoom, post } from '../../local/webex/world.ts';
import { containers, tables } from '../../shared/names.ts';
import { addressOf, type Stage, setStage, textsIn } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const minute = 60_000;
const start = Math.floor(Date.now() / minute) * minute - 60 * minute;
const at = (minutes: number) => new Date(start + minutes * minute);
const window = ['--from', at(0).toISOString(), '--to', at(60).toISOString()];

/** Ada speaks to Bob, who has no mailbox, and to Eve, who is from outside. */
async function open() {
  stage = await setStage({
    ...{ people: ['ada', 'bob', 'home', 'office'], external: ['eve'] },
  });
  const { world, graph } = stage;
  const [ada, bob, eve] = ['ada', 'bob', 'eve'].map((name) =>
    [...world.people.values()].find((person) => person.name === name),
  );
  if (!ada || !bob || !eve) throw new Error('The stage is empty.');
  const user = graph.tenant.users.find(({ mail }) => mail === bob.address);
  if (user) user.mailbox.state = 'none';
  const room = addRoom(world, { title: 'Engine', creator: ada, members: [bob, eve] });
  post(world, room, ada, { at: at(1), text: 'One.' });
  post(world, room, ada, { at: at(2), text: 'Two.' });
  return { bob, eve };
}

const putMapping = (csv: string) =>
  stage.put(containers.config, 'mapping/webex.csv', csv);

describe('a custom mapping', () => {
  it('sends people to other mailboxes, by the id and the address of the source', async () => {
    const { bob } = await open();
    await putMapping(
      `\uFEFFexternaluserid,O365USERMAILBOX\r\n\r\n"${bob.id}",Home@example.com\r\n` +
        'EVE@elsewhere.org,office@example.com\r\n',
    );

    const { code, runs } = await stage.run(window);

    expect(code).toBe(0);
    expect(runs).toMatchObject([{ state: 'completed', imported: 6, unmapped: 0 }]);
    expect(textsIn(stage, 'home')).toEqual(['One.', 'Two.']);
    expect(textsIn(stage, 'office')).toEqual(['One.', 'Two.']);
  });

  it('that comes later delivers what had no mailbox, once, in a run of its own', async () => {
    const { bob } = await open();
    const first = await stage.run(window);
    expect(first.code).toBe(1);
    expect(first.runs).toMatchObject([{ imported: 2, failed: 2, unmapped: 1 }]);

    await putMapping(
      `ExternalUserId,O365UserMailbox\n${bob.address},home@example.com\neve@elsewhere.org,home@example.com\nnobody,office@example.com\n`,
    );
    const second = await stage.run(window);

    expect(second.code).toBe(0);
    expect(second.runs).toMatchObject([
      { kind: 'archive', availableForImport: 0, reread: 2, state: 'completed' },
      { kind: 'mapping', availableForImport: 2, imported: 2, state: 'completed' },
    ]);
    expect(textsIn(stage, 'home')).toEqual(['One.', 'Two.']);
    expect(textsIn(stage, 'ada')).toEqual(['One.', 'Two.']);
    expect(textsIn(stage, 'office')).toEqual([]);
    const log = await stage.rows(tables.itemLog);
    expect(log).toHaveLength(3);
    expect(log.every((row) => Boolean(row.resolvedAt))).toBe(true);

    const third = await stage.run(window);
    expect(third.runs).toMatchObject([{ kind: 'archive', imported: 0 }]);
    expect(textsIn(stage, 'home')).toEqual(['One.', 'Two.']);
  });

  it('with a wrong line is not used, and ConnectorStatus names the line', async () => {
    await open();
    await putMapping(
      `ExternalUserId,O365UserMailbox\n${addressOf('bob')},home@example.com\nx,\n`,
    );
    await stage.run(window);

    expect(textsIn(stage, 'home')).toEqual([]);
    expect(await stage.rows(tables.connectorStatus)).toMatchObject([
      { mappingProblem: expect.stringMatching(/Line 3: O365UserMailbox is empty/) },
    ]);
  });
});
