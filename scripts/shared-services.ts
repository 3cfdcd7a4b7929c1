// Starts a PostgreSQL and a NATS for all tests of a run, prints the environment in which tests find them, as JSON, and
// stops both when its standard input ends: so they also end with a test run that is killed.
import { once } from 'node:events';
import { openSharedServices } from '@parley/testkit/cluster/shared-services';

process.on('SIGINT', () => undefined); // A terminal sends Ctrl-C to the test run as well, which then closes our input.
await using services = await openSharedServices();
console.log(JSON.stringify({ PARLEY_TEST_POSTGRES: services.postgresUrl, PARLEY_TEST_NATS: services.natsUrl }));
process.stdin.resume();
await once(process.stdin, 'end');
