/** A key that somebody else made is the ARN that policies name; nothing here is encrypted with it. */
import type { ResourceTwin } from '../../runtime/resource-twin';

export const existingKmsKey: ResourceTwin = {
  type: 'existing_kms_key',
  honoured: ['arn'],
  ignored: {},
  start: async (resource) => ({ attributes: { arn: resource.text('arn') } }),
};
