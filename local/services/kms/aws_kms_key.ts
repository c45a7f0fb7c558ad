/** A key is an ARN that policies name; nothing here is encrypted with it. */
import { createHash } from 'node:crypto';
import { ACCOUNT } from '../../runtime/ports/host';
import type { ResourceTwin } from '../../runtime/resource-twin';

export const awsKmsKey: ResourceTwin = {
  type: 'aws_kms_key',
  honoured: [],
  ignored: {
    policy: 'the gateway evaluates it at each call',
    enable_key_rotation: 'the laptop encrypts nothing at rest',
    rotation_period_in_days: 'the laptop encrypts nothing at rest',
    deletion_window_in_days: 'nothing is destroyed here',
    multi_region: 'the laptop is one region',
    key_usage: 'the laptop encrypts nothing at rest',
  },
  start: async (resource, registry) => {
    const facts = registry.the(ACCOUNT);
    const digits = createHash('sha256').update(resource.address).digest('hex');
    const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
    const arn = `arn:aws:kms:${facts.region}:${facts.accountId}:key/${id}`;
    return { attributes: { arn, key_id: id, id } };
  },
};
