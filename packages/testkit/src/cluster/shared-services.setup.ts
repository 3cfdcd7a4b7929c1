import { openSharedServices } from './shared-services.ts';

/** Global set-up of the test runs on several nodes. */
export default async function setup(): Promise<() => Promise<void>> {
  const services = await openSharedServices();
  return async () => services[Symbol.asyncDispose]();
}
