/** The network: a VPC that this deployment makes. */
import * as z from 'zod';
import { isSubnettable } from '../cidr';
import { kind, kinds, text } from './values';

export const NETWORK_SETTINGS = kinds(
  kind('new', {
    /** Letters, not a count: a zone that AWS adds later then never moves a subnet. RDS and DMS need two. */
    availabilityZones: z
      .array(text(/^[a-z]$/, 'a zone letter, like "a"'), { error: 'a list of 2 to 4 zone letters' })
      .min(2, 'a list of 2 to 4 zone letters')
      .max(4, 'a list of 2 to 4 zone letters')
      .refine((zones) => new Set(zones).size === zones.length, 'a list of 2 to 4 different zone letters'),
    vpcCidr: z
      .string({ error: 'a private IPv4 network of /16 to /22, like 10.20.0.0/16' })
      .refine(isSubnettable, 'a private IPv4 network of /16 to /22, like 10.20.0.0/16'),
  }),
);
