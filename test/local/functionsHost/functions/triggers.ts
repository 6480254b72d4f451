import { app } from '@azure/functions';
import { run } from '../probe.ts';

app.storageQueue('onQueue', {
  queueName: 'work-%STAGE%',
  connection: 'Store',
  handler: (message, context) => run('onQueue', { message, ...context.triggerMetadata }),
});

app.storageQueue('onPoison', {
  queueName: 'work-test-poison',
  connection: 'Store',
  handler: (message, context) => {
    context.warn('poison came');
    return run('onPoison', message);
  },
});

app.storageBlob('onBlob', {
  path: 'box/{mailbox}/{order}',
  connection: 'Store',
  handler: (content, context) => run('onBlob', { content, ...context.triggerMetadata }),
});

app.timer('everySecond', {
  schedule: '%TICK%',
  handler: (timer) => run('everySecond', timer),
});

app.timer('nightly', {
  schedule: '0 0 3 * * *',
  handler: (timer) => run('nightly', timer),
});

app.get('hello', {
  route: 'hello/{name}',
  handler: (request, context) => ({
    status: 201,
    jsonBody: {
      name: request.params.name,
      query: request.query.get('q'),
      kind: context.options.trigger.type,
    },
    headers: { 'x-test': 'yes' },
    cookies: [{ name: 'c', value: '1', httpOnly: true, sameSite: 'Lax' }],
  }),
});

app.http('echo', {
  methods: ['POST', 'PUT'],
  handler: async (request) => ({
    body: `${request.method} ${await request.text()}`,
  }),
});

app.http('broken', {
  handler: () => {
    throw new Error('broken on purpose');
  },
});
