/** Stands in for a secret that somebody else made: an access key of a vendor, which the laptop never sees. */
import { SECRETS } from '../../runtime/ports/secrets';
import type { ResourceTwin } from '../../runtime/resource-twin';

/** As Firehose reads it, and as New Relic's extension does. */
const STAND_IN = { api_key: 'stand-in-of-the-laptop', LicenseKey: 'stand-in-of-the-laptop' };

export const existingSecret: ResourceTwin = {
  type: 'existing_secret',
  honoured: ['arn'],
  ignored: { key_arn: 'the laptop encrypts nothing at rest; that a role may use it is checked' },
  start: async (resource, registry) => {
    const arn = resource.text('arn');
    const name = arn.replace(/^.*:secret:(.+)-[A-Za-z0-9]{6}$/, '$1');
    registry.the(SECRETS).keepValue(name, STAND_IN, arn);
    return { attributes: { arn } };
  },
};
