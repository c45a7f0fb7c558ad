/** The API in front of the sources; without it nothing of it is made. */
import * as z from 'zod';
import { flag, group, kind, kinds, text, whole } from './values';

const KEY_IDS = 'a list of the ids of API keys, each once';

export const API_SETTINGS = group({
  /** Who may call it: signed requests of IAM identities, or whoever has an API key, metered by a usage plan. */
  auth: kinds(
    kind('iam', {}),
    kind('api-key', {
      /** Made by hand (docs/operate.md): a key that Terraform makes has its value in the state. */
      keyIds: z
        .array(text(/^[a-z0-9]{10}$/, 'the id of an API key, like a1b2c3d4e5'), { error: KEY_IDS })
        .min(1, KEY_IDS)
        .refine((ids) => new Set(ids).size === ids.length, KEY_IDS),
      /** Of each key; the requests beyond it are refused. */
      requestsPerDay: whole(1, 2_000_000_000, 'requests'),
    }),
  ),
  /** Of all callers together; the requests beyond it are refused. */
  requestsPerSecond: whole(1, 10_000, 'requests per second'),
  burst: whole(1, 5_000, 'requests at once'),
  /** A web application firewall in front of it: AWS's common rules, and a limit for each address. */
  waf: group({
    requestsPerAddress: whole(10, 2_000_000_000, 'requests of an address in five minutes'),
  }).optional(),
  /**
   * Lets API Gateway write logs in this account and region, which is one setting for all APIs there: false where
   * another deployment has made it.
   */
  createLogRole: flag,
});

export type ApiSettings = z.output<typeof API_SETTINGS>;
