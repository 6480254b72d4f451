import type { EmlLayout, SampleSession } from './eml.ts';
import { cast } from './samplePeople.ts';

const { matt, mike, jane, john, julie, zoe, ana } = cast;

interface Sample {
  path: string;
  session: SampleSession;
  layout?: EmlLayout;
}

const stamp = (at: Date): string => at.toISOString().slice(11, 19);

type Ago = (minutes: number) => Date;

/** Sessions in every layout; one of them is exported twice, and one again after it grew. */
export function sampleSessions(ago: Ago): Sample[] {
  const asked = question(ago);
  const grown = `${asked.text}\n[${stamp(ago(400))}] Mike Carter: Now it is.`;
  return [
    { path: 'day1/im-0001.eml', session: asked },
    { path: 'day1/im-0002.eml', session: lunch(ago) },
    { path: 'day1/conf-0003.eml', session: review(ago) },
    { path: 'day2/im-0004.eml', session: { ...asked, text: grown } },
    { path: 'day2/im-0005.eml', session: lunch(ago), layout: { newline: '\n' } },
    ...layouts(ago),
  ];
}

const question = (ago: Ago): SampleSession => ({
  ...{ from: matt, to: [mike], at: ago(420) },
  text: `[${stamp(ago(420))}] Matt Holm: Is the file there?\n[${stamp(ago(419))}] Mike Carter: Not yet.`,
});

const short = (at: Date, text: string): SampleSession => ({
  ...{ from: julie, to: [matt], at, text },
});

const lunch = (ago: Ago): SampleSession => short(ago(330), 'Lunch – 12:30?');

const review = (ago: Ago): SampleSession => ({
  ...{ from: jane, to: [john, zoe], at: ago(360), subject: 'Quarterly review' },
  text: 'Jane Wu joined.\nJohn Andersen joined.\nZoë Müller-Šimek joined.\nJane Wu: See the agenda.',
  files: [
    {
      name: 'Agenda – März.txt',
      content: '1. Numbers\n2. Übrige',
      contentType: 'text/plain',
    },
    { name: 'empty.txt', content: '' },
  ],
});

const layouts = (ago: Ago): Sample[] => [
  {
    path: 'day2/im-0006.eml',
    session: {
      from: { address: 'sip:mike@example.com' },
      to: [{ address: 'sip:ana.ruiz@example.net' }],
      at: ago(200),
      text: 'Thanks, Ana.',
    },
    layout: { encoding: 'utf-16le' },
  },
  {
    path: 'day2/im-0007.eml',
    session: short(ago(180), 'Grüße & <b>'),
    layout: { body: 'text/html', isToOneLine: true },
  },
  {
    path: 'day2/im-0008.eml',
    session: short(ago(170), 'Größe: 5 €'),
    layout: { body: 'text/rtf' },
  },
  {
    path: 'day2/im-0009.eml',
    session: short(ago(160), 'Plain.'),
    layout: { isSinglePart: true, encoding: 'utf-8 with a mark' },
  },
  {
    path: 'day2/im-0010.eml',
    session: { from: ana, to: [zoe], at: ago(150), text: 'Hola.' },
    layout: { transfer: '8bit' },
  },
];
