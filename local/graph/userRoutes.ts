import { badRequest, GraphError, type Reply } from './answers.ts';
import type { DirectoryUser } from './model.ts';
import { pageOf } from './pages.ts';
import { selected } from './queryOptions.ts';
import { type Call, type MailboxCall, param } from './service.ts';
import { findUser } from './tenant.ts';
import { userTest } from './userFilter.ts';

const shownByDefault = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
];

function userView(user: DirectoryUser, select: string[] | undefined) {
  const [givenName = null, ...rest] = user.displayName.split(' ');
  const { mailbox: _, ...stored } = user;
  const all: Record<string, unknown> = {
    businessPhones: [],
    givenName,
    jobTitle: null,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: rest.join(' ') || null,
    ...stored,
  };
  const unknown = select?.find((name) => name !== '*' && !(name in all));
  if (unknown)
    throw badRequest(
      `Could not find a property named '${unknown}' on type 'microsoft.graph.user'.`,
    );
  return selected(all, select ?? shownByDefault);
}

// https://learn.microsoft.com/graph/api/user-list
export function listUsers(call: Call): Reply {
  const { query, service } = call;
  if (query.skip > 0 || query.orderBy || query.expand.length > 0)
    throw new GraphError(
      400,
      'Request_UnsupportedQuery',
      '$skip, $orderby and $expand are not supported here.',
    );
  const eventual = call.headers.consistencylevel?.toLowerCase() === 'eventual';
  const test = query.filter
    ? userTest(query.filter, {
        advanced: eventual && query.count,
        urlLength: query.urlLength,
        violate: service.violate,
      })
    : () => true;
  return pageOf(
    call,
    service.tenant.users.filter(test),
    { context: 'users', defaultSize: 100, largestSize: 999, counted: eventual },
    (user) => userView(user, query.select),
  );
}

// https://learn.microsoft.com/graph/api/user-get
export function getUser(call: Call): Reply {
  const wanted = param(call, 'user');
  const user = findUser(call.service.tenant, wanted);
  if (!user)
    throw new GraphError(
      404,
      'Request_ResourceNotFound',
      `Resource '${wanted}' does not exist or one of its queried reference-property objects are not present.`,
    );
  return { status: 200, body: userView(user, call.query.select) };
}

// https://learn.microsoft.com/graph/api/user-get-mailboxsettings
export function getMailboxSettings(call: MailboxCall): Reply {
  return { status: 200, body: { userPurpose: call.user.mailbox.purpose } };
}

// https://learn.microsoft.com/graph/api/organization-list
export function listOrganizations(call: Call): Reply {
  const { tenant, baseUrl } = call.service;
  const organization = {
    id: tenant.id,
    displayName: tenant.displayName,
    verifiedDomains: tenant.verifiedDomains.map((name, position) => ({
      capabilities: 'Email, OfficeCommunicationsOnline',
      isDefault: position === 0,
      isInitial: position === 0,
      name,
      type: 'Managed',
    })),
  };
  return {
    status: 200,
    body: {
      '@odata.context': `${baseUrl()}/$metadata#organization`,
      value: [selected(organization, call.query.select)],
    },
  };
}
