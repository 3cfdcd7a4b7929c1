// This `z` is zod with the method `openapi`.
import { z } from '@hono/zod-openapi';
import { HTTP_STATUS, type HttpErrorCode } from '@parley/protocol';

/** Building blocks of route definitions, which validate requests and generate the OpenAPI document. */

const code = z.custom<HttpErrorCode>().openapi({ type: 'string', enum: Object.keys(HTTP_STATUS) });
const errorBody = z.object({ error: z.object({ code, message: z.string() }) }).openapi('Error');

const refusal = {
  default: { description: 'Refused.', content: { 'application/json': { schema: errorBody } } },
} as const;

/** 200 with this JSON, or a refusal. */
export function jsonResponse<T extends z.ZodType>(schema: T, description: string) {
  return { 200: { description, content: { 'application/json': { schema } } }, ...refusal } as const;
}

/** 204, or a refusal. */
export function emptyResponse(description: string) {
  return { 204: { description }, ...refusal } as const;
}

/** A JSON body. It is required, because otherwise a request without `Content-Type` would skip validation. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

/** The credentials that `requireUser` accepts. */
export const USER_SECURITY = [{ bearer: [] as string[] }, { cookie: [] as string[] }];
