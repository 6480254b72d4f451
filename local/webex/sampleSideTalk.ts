import { pdf, png, text } from '../sampleFiles.ts';
import { infected, unscannable } from './sampleFiles.ts';
import type { Stage } from './sampleStage.ts';
import directMessages from './samples/directMessages.json' with { type: 'json' };
import { edit, post, remove, share, submitCard } from './world.ts';

export function talkInDirects(stage: Stage): void {
  shareSlides(stage);
  shareWhatIsScanned(stage);
  askForTheBuild(stage);
}

function shareSlides({ world, ago, rooms, cast }: Stage): void {
  const { mattAndJulie } = rooms;
  const { matt, julie } = cast;
  for (const sample of directMessages.items) {
    share(world, mattAndJulie, matt, [png('media.png')], {
      at: ago(1100),
      text: sample.text,
      markdown: sample.markdown,
      html: sample.html,
    });
  }
  post(world, mattAndJulie, julie, { at: ago(1096), text: 'Slide 7 needs a source.' });
  const typo = post(world, mattAndJulie, matt, { at: ago(1094), text: 'Wil add it.' });
  edit(world, typo, { at: ago(1093), text: 'Will add it.' });
  share(world, mattAndJulie, julie, [hostile], { at: ago(640), text: 'Odd name, sorry' });
}

function shareWhatIsScanned({ world, ago, rooms, cast }: Stage): void {
  const { johnAndZoe } = rooms;
  const { john, zoe } = cast;
  share(world, johnAndZoe, john, [infected(pdf('invoice.pdf'))], {
    at: ago(610),
    text: 'Did you order this?',
  });
  post(world, johnAndZoe, zoe, { at: ago(605), text: 'No! Do not open it.' });
  share(world, johnAndZoe, zoe, [unscannable(text('vault.7z', '7z¼¯ encrypted'))], {
    at: ago(590),
    text: 'The password comes by post.',
  });
  const regret = post(world, johnAndZoe, john, {
    at: ago(585),
    text: 'It was me, in fact.',
  });
  remove(world, regret, { at: ago(584) });
}

function askForTheBuild({ world, ago, rooms, cast }: Stage): void {
  const { janeAndBot } = rooms;
  const { jane, bot } = cast;
  const status = post(world, janeAndBot, bot, {
    at: ago(560),
    text: 'How is the build?',
    card: {
      type: 'AdaptiveCard',
      version: '1.3',
      body: [
        { type: 'TextBlock', text: 'How is the build?', weight: 'bolder' },
        { type: 'Input.Text', id: 'answer', placeholder: 'In a word' },
      ],
      actions: [{ type: 'Action.Submit', title: 'Send' }],
    },
  });
  submitCard(world, status, jane, { at: ago(558), inputs: { answer: 'Fine, thanks' } });
  post(world, janeAndBot, jane, { at: ago(557), text: '/deploy staging' });
}

/** As somebody with bad intentions would name a file. */
const hostile = text(
  '../../etc/\u202Egpj.exe"\r\nX-Evil: 1\u0000.txt',
  'Nothing to see here.\n',
);

export function talkWithPartners({ world, ago, rooms, cast }: Stage): void {
  const { partners, theirs, mikeAndAna } = rooms;
  const { mike, john, ana, zoe } = cast;
  post(world, partners, mike, {
    at: ago(400),
    text: 'Welcome, Ana. John leads on our side.',
  });
  const date = post(world, partners, ana, {
    at: ago(395),
    text: 'Thank you! Is the 14th still the date?',
  });
  post(world, partners, john, {
    at: ago(390),
    text: 'It is.',
    parent: date,
    mentions: [ana],
  });
  share(world, partners, ana, [pdf('contract (final) (2).pdf')], { at: ago(380) });
  post(world, mikeAndAna, ana, {
    at: ago(370),
    text: 'Between us: can we make it the 15th?',
  });
  post(world, mikeAndAna, mike, { at: ago(365), text: 'I will ask.' });
  post(world, theirs, ana, { at: ago(200), text: 'Please all fill in the form.' });
  post(world, theirs, mike, { at: ago(190), text: 'Done.' });
  post(world, theirs, zoe, { at: ago(185), text: 'Done as well.' });
  const haggling: [typeof mike, number, string][] = [
    [mike, 90, 'The 15th is fine.'],
    [ana, 88, 'Wonderful, I owe you one.'],
    [mike, 87, 'I will remember that 😉'],
    [ana, 60, 'The contract is signed on our side.'],
    [mike, 58, 'On ours as well.'],
  ];
  for (const [author, minutes, said] of haggling) {
    post(world, mikeAndAna, author, { at: ago(minutes), text: said });
  }
}
