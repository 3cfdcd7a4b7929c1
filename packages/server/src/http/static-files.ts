import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** The files of the built web client. */
export interface StaticFiles {
  /** Null when there is no such file. */
  find(path: string): StaticFile | null;
}

export interface StaticFile {
  respond(request: { readonly encodings: string; readonly ifNoneMatch: string | undefined }): Promise<Response>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};
const COMPRESSED_TYPES = new Set(['.ico', '.png', '.woff2']);
const MIN_COMPRESSED_BYTES = 1_024;
/** Slow but small, because each file is compressed only once. */
const BROTLI_QUALITY = 9;

/**
 * Serves the files that `folder` contains now. Each is read and compressed at its first request and then cached, because
 * there are few. A request path is a key of this list and never a file path, so no request can leave the folder.
 */
export function openStaticFiles(folder: string): StaticFiles {
  const files = new Map<string, StaticFile>();
  for (const file of filesIn(folder)) {
    const path = `/${relative(folder, file).split(sep).join('/')}`;
    if (!path.includes('/.')) files.set(path, staticFile(file, path.startsWith('/assets/')));
  }
  return { find: (path) => files.get(path) ?? null };
}

function filesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

type Encoding = 'br' | 'gzip' | null;

function staticFile(file: string, isHashed: boolean): StaticFile {
  const extension = extname(file);
  const once = memoized(async () => {
    const content = await readFile(file);
    return { content, hash: createHash('sha256').update(content).digest('base64url').slice(0, 22) };
  });
  const encoded = {
    br: memoized(async () => brotli((await once()).content)),
    gzip: memoized(async () => gzipped((await once()).content)),
  };
  const headers = {
    'Content-Type': TYPES[extension] ?? 'application/octet-stream',
    // The build puts a hash of the content into the names in `assets`. Everything else is revalidated.
    'Cache-Control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
  };

  return {
    async respond({ encodings, ifNoneMatch = '' }) {
      const { content, hash } = await once();
      const isCompressible = !COMPRESSED_TYPES.has(extension) && content.length >= MIN_COMPRESSED_BYTES;
      const encoding = isCompressible ? chooseEncoding(encodings) : null;
      const tag = `W/"${hash}"`;
      if (ifNoneMatch.includes(tag)) return new Response(null, { status: 304, headers: { ...headers, ETag: tag } });
      const body = encoding === null ? content : await encoded[encoding]();
      return new Response(new Uint8Array(body), {
        headers: {
          ...headers,
          ETag: tag,
          'Content-Length': String(body.length),
          ...(encoding === null ? {} : { 'Content-Encoding': encoding }),
        },
      });
    },
  };
}

function chooseEncoding(accepted: string): Encoding {
  const offered = accepted.split(',').filter((item) => !/;\s*q=0(\.0*)?\s*$/.test(item));
  const names = new Set(offered.map((item) => item.split(';')[0]?.trim()));
  if (names.has('br')) return 'br';
  return names.has('gzip') ? 'gzip' : null;
}

function brotli(content: Buffer): Promise<Buffer> {
  return promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
}

function gzipped(content: Buffer): Promise<Buffer> {
  return promisify(gzip)(content);
}

/** Caches the first result. After a failure the next call tries again. */
function memoized<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    }));
}
