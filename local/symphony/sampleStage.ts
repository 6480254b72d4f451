import { addCast, type Cast } from './samplePeople.ts';
import list from './samples/v2_admin_stream_list.json' with { type: 'json' };
import { addStream, createWorld, join, type SimStream, type World } from './world.ts';

export interface Stage {
  world: World;
  cast: Cast;
  streams: SampleStreams;
  /** So many minutes before now. */
  ago(minutes: number): Date;
}

export interface SampleStreams {
  desk: SimStream;
  partners: SimStream;
  rates: SimStream;
  pair: SimStream;
  trio: SimStream;
  wall: SimStream;
}

/** The vendor's own streams: two rooms, a chat of two and one of three. */
const [room, externalRoom, chat, groupChat] = list.streams;

/** The people and the streams, all old, before anybody says anything. */
export function setStage(now: Date): Stage {
  const world = createWorld({ seed: 'sample' });
  const cast = addCast(world);
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const streams = addStreams(world, cast);
  join(streams.desk, cast.zoe, ago(400));
  return { world, cast, streams, ago };
}

function addStreams(world: World, cast: Cast): SampleStreams {
  const { matt, mike, jane, john, julie, tariq, ana, alice, bot } = cast;
  return {
    desk: addStream(world, {
      ...{ name: 'Trading desk', creator: matt, members: [mike, jane, john, tariq] },
      ...(room && { id: room.id }),
    }),
    partners: addStream(world, {
      name: externalRoom?.attributes.roomName ?? 'Inactive External Room',
      ...{ creator: ana, members: [alice, julie, john], active: false },
      ...(externalRoom && { id: externalRoom.id }),
    }),
    rates: addStream(world, { name: 'Rates', creator: bot, members: [matt, julie] }),
    pair: addStream(world, {
      ...{ type: 'IM', creator: matt, members: [julie] },
      ...(chat && { id: chat.id }),
    }),
    trio: addStream(world, {
      ...{ type: 'MIM', creator: mike, members: [jane, john] },
      ...(groupChat && { id: groupChat.id }),
    }),
    wall: addStream(world, { type: 'POST', creator: julie }),
  };
}
