/** What an error looks like, for the document of the API. */
import { z } from 'zod';

export const problemShape = z
  .object({
    type: z.string().describe('Names the kind of error; the same for every occurrence'),
    title: z.string().describe('The class of the error'),
    status: z.int(),
    detail: z.string().describe('What happened'),
    code: z.string().describe('As docs/errors.md lists them'),
    field: z.string().nullable().describe('What is wrong, where it is one field'),
    value: z.string().nullable().describe('What was found there, printed and cut'),
    remedy: z.string().nullable().describe('What to do'),
  })
  .meta({ id: 'Problem', description: 'An error (RFC 9457)' });
