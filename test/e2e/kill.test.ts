import { afterEach, describe, expect, it } from 'vitest';
import { addRoom, join, post } from '../../local/webex/world.ts';
import { folder, messagesIn, type Stage, setStage, textsIn } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const minute = 60_000;
const start = Math.floor(Date.now() / minute) * minute - 60 * minute;
const at = (seconds: number) => new Date(start + seconds * 1000);
const window = ['--from', at(0).toISOString(), '--to', at(3600).toISOString()];

const people = ['ada', 'bob', 'carl', 'dora'];
const messages = 120;

/** Kills at these moments (milliseconds after the start), then lets the command finish. */
const kills = [350, 900, 1100, 1250, 1400, 1550, 1700, 1900, 2100, 2400];

describe('the process killed at any moment and started again', () => {
  it('loses nothing and imports nothing twice', { timeout: 120_000 }, async () => {
    stage = await setStage({ people, graph: { latencyMs: 15 }, webex: { latencyMs: 5 } });
    const { world, graph } = stage;
    const [creator, ...others] = [...world.people.values()].filter(({ name }) =>
      people.includes(name),
    );
    if (!creator) throw new Error('The stage is empty.');
    const room = addRoom(world, { title: 'Engine', creator });
    for (const other of others) join(world, room, other, { at: at(1) });
    const texts = Array.from({ length: messages }, (_, n) => `Message ${n}.`);
    for (const [n, text] of texts.entries()) {
      post(world, room, creator, { at: at(10 + n), text });
    }

    let survived = 0;
    for (const after of kills) {
      const { code } = await stage.runAndKill(after, window);
      if (code === 0) survived++;
    }
    const last = await stage.run(window);
    expect(last.stderr).toBe('');
    expect(last.code).toBe(0);
    expect(survived).toBeLessThan(kills.length);
    for (const name of people) expect(textsIn(stage, name)).toEqual(texts);
    for (const name of people) {
      expect(messagesIn(stage, name).every(({ isDraft }) => !isDraft)).toBe(true);
      const folders = graph.mailbox(`${name}@example.com`).folders;
      expect(folders.filter(({ name: title }) => title === folder)).toHaveLength(1);
    }
  });
});
