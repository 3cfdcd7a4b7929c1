import { Hono } from 'hono';
import { isFromPrivateNetwork } from '#client-address.ts';
import { PROBE_INTERVAL_MS } from '#limits.ts';
import type { HttpEnv, HttpDeps } from '../context.ts';
import { refuse } from '../http-error.ts';

/** For whoever runs the server: is it well, and what has it counted? */
export function operationsRoutes(deps: HttpDeps): Hono<HttpEnv> {
  const { config, metrics } = deps;
  const isHealthy = probing(deps);
  const app = new Hono<HttpEnv>();
  app.get('/healthz', async (c) => {
    c.header('Cache-Control', 'no-store');
    return (await isHealthy()) ? c.json({ status: 'ok' }) : c.json({ status: 'unavailable' }, 503);
  });
  app.get('/metrics', async (c) => {
    const { incoming } = c.env;
    // The numbers name nobody, but tell the curious how much is going on and what this runs on.
    if (incoming === undefined || !isFromPrivateNetwork(incoming, config.trustedProxies)) {
      return refuse('not_found', 'metrics are for the private network');
    }
    return c.body(await metrics.render(), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
  return app;
}

/** Asks the store at most once in `PROBE_INTERVAL_MS`, and once at a time, however often it is asked itself. */
function probing({ clock, logger, store }: HttpDeps): () => Promise<boolean> {
  let answer: Promise<boolean> | null = null;
  let answerAtMs = 0;
  let asking = false;

  async function ask(): Promise<boolean> {
    asking = true;
    try {
      await store.probe();
      return true;
    } catch (error) {
      logger.warn({ err: error }, 'the store can not store');
      return false;
    } finally {
      asking = false;
      answerAtMs = clock.elapsed();
    }
  }

  return () => {
    if (answer === null || (!asking && clock.elapsed() - answerAtMs >= PROBE_INTERVAL_MS)) answer = ask();
    return answer;
  };
}
