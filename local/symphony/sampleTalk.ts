import type { Stage } from './sampleStage.ts';
import message from './samples/get_message.json' with { type: 'json' };
import entities from './samples/message_entity_data.json' with { type: 'json' };
import { edit, type PostOptions, post, type SimPerson, suppress } from './world.ts';

const small = 'How many do we want, and until when?';

/** A room: replies, edits, a suppression, files, mentions, and a disclaimer. */
export function talkInRoom({ world, cast, streams, ago }: Stage): void {
  const { matt, mike, jane, john, zoe } = cast;
  const { desk } = streams;
  const say = (who: SimPerson, minutes: number, options: Partial<PostOptions>) =>
    post(world, desk, who, { at: ago(minutes), ...options });
  const disclaimer = 'What is said here is recorded.';
  say(matt, 900, { text: 'Good morning, desk.', disclaimer });
  const question = say(matt, 880, { text: small });
  say(mike, 878, { text: 'Two hundred, until noon.', parent: question });
  const price = say(jane, 860, { text: 'I have them at 101.2.' });
  edit(world, price, { at: ago(858), text: 'I have them at 101.3.' });
  edit(world, price, { at: ago(850), text: 'I have them at 101.4, and that is final.' });
  const slip = say(john, 700, { text: 'Wrong room, sorry.' });
  suppress(slip, ago(690));
  const mention = '<span class="entity" data-entity-id="0">@Jane Wu</span>';
  const tags =
    '<span class="entity" data-entity-id="1">#bot</span> <span class="entity" data-entity-id="2">$hello</span>';
  say(matt, 600, { markup: `${mention} please note ${tags}`, data: entities });
  say(jane, 590, {
    text: 'The plan.',
    files: [{ name: 'plan.txt', content: 'Buy low.' }],
  });
  const gone = { name: 'gone.pdf', content: 'gone', state: 'gone' as const };
  say(jane, 580, { text: 'And its annex.', files: [gone] });
  const locked = { name: 'later.xlsx', content: 'figures', state: 'locked' as const };
  say(jane, 570, { text: 'The figures follow.', files: [locked] });
  say(zoe, 390, { text: 'Hello all, I am new here.' });
  for (let index = 0; index < 20; index++) {
    const who = [mike, jane, john, zoe][index % 4] ?? mike;
    say(who, 380 - index * 5, { text: `Order ${index + 1}: filled.` });
  }
}

/** A bot's tables and forms. */
export function talkOfBot({ world, cast, streams, ago }: Stage): void {
  const { bot, julie } = cast;
  const table =
    '<table><thead><tr><th>Bank</th><th>Rate</th></tr></thead><tbody><tr><td>Acme</td><td>1.25 %</td></tr><tr><td>Gotham</td><td>1.5 %</td></tr></tbody></table>';
  post(world, streams.rates, bot, {
    at: ago(500),
    markup: `<h2>Today's rates</h2>${table}`,
  });
  const form =
    '<form id="order"><h3>Order</h3><input type="text" name="amount" placeholder="How many?"/><select name="bank"><option value="a">Acme</option><option value="g">Gotham</option></select><button type="action" name="go">Send</button></form>';
  post(world, streams.rates, bot, { at: ago(495), markup: form });
  post(world, streams.rates, julie, {
    ...{ at: ago(490), markup: '<audio src="chime.mp3" autoplay="true"/>Thanks, bot.' },
  });
}

/** Chats, people of other companies, walls and shared posts. */
export function talkElsewhere({ world, cast, streams, ago }: Stage): void {
  const { matt, mike, jane, john, julie, ana, alice } = cast;
  const { pair, trio, partners, wall } = streams;
  post(world, pair, matt, { at: ago(300), text: 'Lunch?', id: message.messageId });
  post(world, pair, julie, { at: ago(298), text: 'At noon.' });
  post(world, trio, mike, { at: ago(280), text: 'The three of us should talk.' });
  post(world, trio, jane, { at: ago(275), text: 'Tomorrow at nine.' });
  post(world, trio, john, { at: ago(270), text: 'Fine.' });
  post(world, partners, ana, { at: ago(260), text: 'Hello from outside.' });
  post(world, partners, alice, { at: ago(255), text: 'And from another pod.' });
  post(world, partners, john, { at: ago(250), text: 'Welcome, both.' });
  const soon = new Date(ago(0).getTime() + 3_600_000);
  post(world, partners, ana, {
    ...{ at: ago(245), text: 'This comes when its keys do.', decryptableFrom: soon },
  });
  const announcement = post(world, wall, julie, { at: ago(240), text: 'We are hiring.' });
  post(world, pair, julie, {
    at: ago(235),
    text: 'Have you seen it?',
    shared: announcement,
  });
}
