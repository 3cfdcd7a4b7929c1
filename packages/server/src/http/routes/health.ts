import { Hono } from 'hono';
import { isFromPrivateNetwork } from '#client-address.ts';
import { PROBE_INTERVAL_MS } from '#limits.ts';
import type { HttpEnv, HttpDeps } from '../context.ts';
import { refuse } from '../http-error.ts';

/** Health check and metrics, for the operator of the server. */
export function healthRoutes(deps: HttpDeps): Hono<HttpEnv> {
  const { config, metrics } = deps;
  const isHealthy = createHealthCheck(deps);
  const app = new Hono<HttpEnv>();
  app.get('/healthz', async (c) => {
    c.header('Cache-Control', 'no-store');
    return (await isHealthy()) ? c.json({ status: 'ok' }) : c.json({ status: 'unavailable' }, 503);
  });
  app.get('/metrics', async (c) => {
    const { incoming } = c.env;
    // Metrics contain no names, but reveal the load and the platform.
    if (incoming === undefined || !isFromPrivateNetwork(incoming, config.trustedProxies)) {
      return refuse('not_found', 'metrics are for the private network');
    }
    return c.body(await metrics.render(), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
  return app;
}

/** Probes the store at most once per `PROBE_INTERVAL_MS` and never concurrently; requests in between share the result. */
function createHealthCheck({ clock, logger, store }: HttpDeps): () => Promise<boolean> {
  let result: Promise<boolean> | null = null;
  let probedAtMs = 0;
  let probing = false;

  async function probe(): Promise<boolean> {
    probing = true;
    try {
      await store.probe();
      return true;
    } catch (error) {
      logger.warn({ err: error }, 'the health check failed: the store accepts no writes');
      return false;
    } finally {
      probing = false;
      probedAtMs = clock.elapsed();
    }
  }

  return () => {
    if (result === null || (!probing && clock.elapsed() - probedAtMs >= PROBE_INTERVAL_MS)) result = probe();
    return result;
  };
}
