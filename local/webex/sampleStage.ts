import { sampleDomain } from '../samplePeople.ts';
import { uuidIn } from './ids.ts';
import { addCast, type Cast } from './samplePeople.ts';
import directMessages from './samples/directMessages.json' with { type: 'json' };
import room from './samples/room.json' with { type: 'json' };
import team from './samples/team.json' with { type: 'json' };
import {
  addDirect,
  addRoom,
  addTeam,
  createWorld,
  join,
  type SimRoom,
  type World,
} from './world.ts';

export interface Stage {
  world: World;
  cast: Cast;
  rooms: SampleRooms;
  /** So many minutes before now. */
  ago(minutes: number): Date;
}

export interface SampleRooms {
  general: SimRoom;
  unicorn: SimRoom;
  lunch: SimRoom;
  announcements: SimRoom;
  partners: SimRoom;
  theirs: SimRoom;
  mattAndJulie: SimRoom;
  johnAndZoe: SimRoom;
  mikeAndAna: SimRoom;
  janeAndBot: SimRoom;
}

const [directRoom] = directMessages.items.map(({ roomId }) => uuidIn(roomId));

/** The people and the spaces, all old, before anybody says anything. */
export function setStage(now: Date): Stage {
  const world = createWorld({
    seed: 'sample',
    domain: sampleDomain,
    orgUuid: uuidIn(room.ownerId),
  });
  const cast = addCast(world);
  return {
    world,
    cast,
    rooms: addRooms(world, cast),
    ago: (minutes) => new Date(now.getTime() - minutes * 60_000),
  };
}

function addTeamRooms(world: World, { matt, mike, jane, john, bot }: Cast) {
  const squad = addTeam(world, {
    name: team.name,
    description: team.description,
    creator: jane,
    uuid: uuidIn(room.teamId),
  });
  for (const person of [matt, mike, john]) {
    join(world, squad.general, person, { at: squad.team.created, viaTeam: true });
  }
  const unicorn = addRoom(world, {
    title: room.title,
    description: room.description,
    team: squad.team,
    teamIdType: 'ROOM',
    creator: matt,
    members: [mike, jane, bot],
    moderated: room.isLocked,
    uuid: uuidIn(room.id),
  });
  return { general: squad.general, unicorn };
}

function addRooms(world: World, cast: Cast): SampleRooms {
  const { matt, mike, jane, john, julie, zoe, tariq, ana, bot } = cast;
  const everybody = [mike, jane, john, julie, zoe, tariq];
  return {
    ...addTeamRooms(world, cast),
    lunch: addRoom(world, {
      title: 'Lunch 🍜',
      creator: julie,
      members: [matt, zoe, tariq],
    }),
    announcements: addRoom(world, {
      title: 'Company Announcements',
      creator: matt,
      members: everybody,
      moderated: true,
      announcementOnly: true,
    }),
    partners: addRoom(world, {
      title: 'Unicorn launch with Contoso',
      creator: mike,
      members: [john, ana],
    }),
    theirs: addRoom(world, {
      title: 'Contoso supplier forum',
      creator: ana,
      members: [mike, zoe],
      external: true,
    }),
    mattAndJulie: addDirect(world, matt, julie, directRoom ? { uuid: directRoom } : {}),
    johnAndZoe: addDirect(world, john, zoe),
    mikeAndAna: addDirect(world, mike, ana),
    janeAndBot: addDirect(world, jane, bot),
  };
}
