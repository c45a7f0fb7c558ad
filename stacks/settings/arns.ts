/** ARNs and ids of things that somebody else made. */
import { text } from './values';

export const KEY_ARN = text(
  /^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
  'the ARN of a KMS key (not of an alias), like arn:aws:kms:us-east-1:123456789012:key/…',
);
export const SECRET_ARN = text(
  /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@!-]+-[A-Za-z0-9]{6}$/,
  'the whole ARN of a secret, with the six characters at its end',
);
export const SECURITY_GROUP_ID = text(
  /^sg-[0-9a-f]{8,17}$/,
  'the id of a security group, like sg-0123456789abcdef0',
);
export const PREFIX_LIST_ID = text(/^pl-[0-9a-f]{8,17}$/, 'the id of a prefix list, like pl-63a5400a');
export const HOST_NAME = text(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'a host name in lower case');
export const CIDR = text(
  /^\d{1,3}(\.\d{1,3}){3}\/(1[6-9]|2\d|3[0-2])$/,
  'an IPv4 network of /16 or smaller, like 10.9.0.0/24',
);
