import { Hono, type Context } from 'hono';
import type { HttpEnv } from '../context.ts';
import { openStaticFiles, type StaticFile } from '../static-files.ts';

const NOT_BUILT = 'Parley is running, but its web client is not built. Run `npm start`, or build packages/web.\n';
/** Paths that are never pages of the web client. */
const RESERVED = /^\/(?:api|ws|assets|healthz|metrics)(?:\/|$)/;

/** The files of the web client, and its single page for every URL that a person may open. */
export function webRoutes(folder: string): Hono<HttpEnv> {
  const files = openStaticFiles(folder);
  const page = files.find('/index.html');
  const app = new Hono<HttpEnv>();
  // Not `get`, which would make every unknown path respond 405 instead of 404.
  app.use(async (c, next) => {
    const { method, path } = c.req;
    if (method !== 'GET' && method !== 'HEAD') return next();
    const file = path === '/' ? page : files.find(path);
    if (file !== null) return respond(c, file);
    if (RESERVED.test(path) || (path !== '/' && !wantsPage(c))) return next();
    return page === null ? c.text(NOT_BUILT, 503) : respond(c, page);
  });
  return app;
}

function respond({ req }: Context<HttpEnv>, file: StaticFile): Promise<Response> {
  return file.respond({ encodings: req.header('accept-encoding') ?? '', ifNoneMatch: req.header('if-none-match') });
}

function wantsPage({ req }: Context<HttpEnv>): boolean {
  return req.header('accept')?.includes('text/html') === true;
}
