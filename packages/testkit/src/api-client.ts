import { isDeepStrictEqual } from 'node:util';

/** A client of the HTTP API under `/api/v1`, for one user of one server. */
export interface ApiClient {
  /** Sends a request and answers the response, whatever its status. */
  api(method: string, path: string, body?: object): Promise<ApiResponse>;
  /** The same for a request that must succeed: answers the JSON body, null when there is none. Rejects with `ApiError`. */
  call(method: string, path: string, body?: object): Promise<unknown>;
}

export interface HttpRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a string as it is. */
  readonly body?: object | string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The `code` of an error response; null when it is none. */
  readonly code: string | null;
  /** The body of a successful response. Throws when it has fields that `schema` does not describe. */
  as<T>(schema: Schema<T>): T;
}

interface Schema<T> {
  parse(value: unknown): T;
}

/** A response that is no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly body: string;

  constructor(request: string, { status, text }: Pick<ApiResponse, 'status' | 'text'>) {
    super(`${request} was answered ${status}: ${text}`);
    this.status = status;
    this.body = text;
  }
}

export function createApiClient(url: string, token: string): ApiClient {
  const headers = { Authorization: `Bearer ${token}` };
  const api: ApiClient['api'] = (method, path, body) =>
    sendRequest(url, { method, path: `/api/v1${path}`, headers, ...(body === undefined ? {} : { body }) });
  return {
    api,
    async call(method, path, body) {
      const response = await api(method, path, body);
      if (response.status >= 300) throw new ApiError(`${method} ${path}`, response);
      return response.text === '' ? null : (JSON.parse(response.text) as unknown);
    },
  };
}

/** Sends a request to any path of the server at `url`, without authentication. Follows no redirect. */
export async function sendRequest(
  url: string,
  { method, path, headers = {}, body }: HttpRequest & { readonly method: string; readonly path: string },
): Promise<ApiResponse> {
  const isJson = typeof body === 'object';
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(isJson ? { 'Content-Type': 'application/json' } : {}), ...headers },
    body: isJson ? JSON.stringify(body) : (body ?? null),
    redirect: 'manual',
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    code: errorCodeOf(text),
    as(schema) {
      if (!response.ok) throw new ApiError(`${method} ${path}`, { status: response.status, text });
      const json: unknown = JSON.parse(text);
      const parsed = schema.parse(json);
      if (!isDeepStrictEqual(parsed, json)) throw new Error(`${method} ${path} answered fields of no schema: ${text}`);
      return parsed;
    },
  };
}

function errorCodeOf(text: string): string | null {
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly code?: unknown; readonly message?: unknown } };
    return typeof error?.code === 'string' && typeof error.message === 'string' ? error.code : null;
  } catch {
    return null;
  }
}
