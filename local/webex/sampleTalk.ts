import { pdf, png, text } from '../sampleFiles.ts';
import { uuidIn } from './ids.ts';
import { locked } from './sampleFiles.ts';
import type { Stage } from './sampleStage.ts';
import attachmentAction from './samples/attachmentAction.json' with { type: 'json' };
import message from './samples/message.json' with { type: 'json' };
import { edit, join, leave, post, remove, share, submitCard } from './world.ts';

/** The vendor's own message and card, and what a team might say around them. */
export function talkInTeam(stage: Stage): void {
  planSprint(stage);
  workOnSprint(stage);
  askWithCard(stage);
  changeMinds(stage);
  const { world, ago, rooms, cast } = stage;
  const { general } = rooms;
  post(world, general, cast.jane, { at: ago(1130), text: 'Welcome to the squad, John!' });
  post(world, general, cast.john, { at: ago(1125), text: 'Glad to be here 👋' });
  post(world, general, cast.mike, {
    at: ago(300),
    text: 'The retrospective moves to Thursday, 15:00.',
    html: '<p>The retrospective moves to <b>Thursday, 15:00</b>.</p>',
    mentionsAll: true,
  });
  share(
    world,
    general,
    cast.matt,
    [text('retro notes.txt', 'Keep: demos\nStop: Friday deploys\n')],
    {
      at: ago(120),
      text: 'Notes of last time',
    },
  );
}

function planSprint({ world, ago, rooms, cast }: Stage): void {
  const { unicorn } = rooms;
  const { matt, mike, jane } = cast;
  const plan = share(world, unicorn, matt, [png('media.png')], {
    at: ago(1180),
    uuid: uuidIn(message.id),
    text: message.text,
    markdown: message.markdown,
    html: message.html,
    mentions: [mike, jane],
    mentionsAll: true,
  });
  const answers: [typeof matt, number, string][] = [
    [mike, 1175, 'Thanks Matt. I take the first three stories.'],
    [jane, 1171, 'Can we keep the login story small? <script>alert("no")</script> 😅'],
    [matt, 1169, 'Yes: only the happy path this sprint.'],
    [mike, 1166, 'Then I am fine with the date.'],
  ];
  for (const [author, minutes, said] of answers) {
    post(world, unicorn, author, { at: ago(minutes), text: said, parent: plan });
  }
}

function workOnSprint({ world, ago, rooms, cast }: Stage): void {
  const { unicorn } = rooms;
  const { matt, mike, jane, bot, john } = cast;
  post(world, unicorn, bot, { at: ago(1000), text: 'Build 1.0.412 failed: 2 tests.' });
  post(world, unicorn, mike, { at: ago(990), text: 'On it.' });
  post(world, unicorn, bot, { at: ago(940), text: 'Build 1.0.413 passed ✅' });
  post(world, unicorn, jane, {
    at: ago(700),
    text: 'Before John joined, nobody had a map.',
  });
  join(world, unicorn, john, { at: ago(660), by: matt });
  post(world, unicorn, john, { at: ago(655), text: 'Hello all! What did I miss?' });
  post(world, unicorn, matt, {
    at: ago(650),
    text: 'Mostly this:\n\n  1. the plan\n  2. two red builds\n  3. one green build',
    markdown: 'Mostly this:\n\n1. the plan\n2. two red builds\n3. one green build',
    html:
      '<p>Mostly this:</p>' +
      '<ol><li>the plan</li><li>two red builds</li><li>one green build</li></ol>',
  });
  share(world, unicorn, mike, [pdf('architecture.pdf'), png('board.png')], {
    at: ago(420),
    text: 'The drawing and the board',
  });
  share(world, unicorn, jane, [locked(pdf('penetration test.pdf'))], {
    at: ago(35),
    text: 'The report has just come in.',
  });
}

function askWithCard({ world, ago, rooms, cast }: Stage): void {
  const [card] = message.attachments;
  const asked = post(world, rooms.unicorn, cast.bot, {
    at: ago(600),
    text: 'Please tell us how to reach you.',
    ...(card && { card: card.content }),
  });
  submitCard(world, asked, cast.john, { at: ago(590), inputs: attachmentAction.inputs });
  submitCard(world, asked, cast.mike, {
    at: ago(570),
    inputs: {
      Name: 'Mike Carter',
      Tel: '=HYPERLINK("http://example.com")',
      Urgent: 'true',
    },
  });
}

/** Edits, deletions by the author and by a moderator, and one who leaves. */
function changeMinds({ world, ago, rooms, cast }: Stage): void {
  const { unicorn } = rooms;
  const { matt, mike, jane } = cast;
  const budget = post(world, unicorn, mike, {
    at: ago(540),
    text: 'The budget is 12.000 EUR.',
  });
  edit(world, budget, { at: ago(536), text: 'The budget is 120.000 EUR.' });
  edit(world, budget, { at: ago(530), text: 'The budget is 120,000 EUR, VAT included.' });
  const slip = post(world, unicorn, jane, {
    at: ago(500),
    text: 'My password is hunter2',
  });
  remove(world, slip, { at: ago(499) });
  const rude = post(world, unicorn, mike, {
    at: ago(480),
    text: 'Who broke it this time?!',
  });
  remove(world, rude, { at: ago(475), by: matt, kept: false });
  leave(world, unicorn, jane, { at: ago(30) });
  post(world, unicorn, matt, {
    at: ago(25),
    text: 'Jane has moved on to Project Griffin.',
  });
}

const menu = ['Ramen 🍜', 'Bánh mì', 'Käsespätzle', 'رز بلبن', '寿司', 'Falafel'];

export function talkInGroup({ world, ago, rooms, cast }: Stage): void {
  const { lunch, announcements } = rooms;
  const { julie, matt, zoe, tariq } = cast;
  const what = post(world, lunch, julie, {
    at: ago(900),
    text: 'What shall we have today?',
  });
  for (const [at, dish] of menu.entries()) {
    const author = [matt, zoe, tariq][at % 3] ?? matt;
    post(world, lunch, author, { at: ago(895 - at), text: `${dish}!`, parent: what });
  }
  share(world, lunch, zoe, [png('speisekarte – größer.png')], { at: ago(880) });
  share(world, lunch, tariq, [png('1.png'), png('2.png'), png('2.png')], {
    at: ago(870),
  });
  post(world, lunch, julie, {
    at: ago(860),
    text: `The whole list, as promised:\n${longList()}`,
  });
  post(world, lunch, zoe, { at: ago(855), text: '👩‍👩‍👧‍👦🏳️‍🌈🫶🏽' });
  post(world, announcements, matt, {
    at: ago(800),
    text: 'The office is closed on Friday.',
    html: '<h2>The office is closed on Friday.</h2>',
    mentionsAll: true,
  });
}

function longList(): string {
  const lines = menu.flatMap((dish, row) =>
    Array.from(
      { length: 250 },
      (_, at) => `${row + 1}.${at + 1} ${dish} with extra everything`,
    ),
  );
  return lines.join('\n');
}
