import { parseHandlerSettings } from '../../pipeline/handler-environment';
import { warehouseNameOf } from '../../pipeline/warehouse/warehouse-name';

const of = (names: Readonly<Record<string, string>>) =>
  parseHandlerSettings('measure-freshness', { DATABASE_NAME: 'warehouse', DATA_BUCKET: 'b', ...names });

describe('the warehouse of a handler', () => {
  it('is the cluster or the workgroup that its environment names', () => {
    expect(warehouseNameOf(of({ CLUSTER_IDENTIFIER: 'c' }))).toEqual({ clusterIdentifier: 'c' });
    expect(warehouseNameOf(of({ WORKGROUP_NAME: 'w' }))).toEqual({ workgroupName: 'w' });
  });

  it('is named once: neither and both are reported together with what else is wrong', () => {
    const message = /exactly one of CLUSTER_IDENTIFIER and WORKGROUP_NAME must be set/;
    expect(() => of({})).toThrow(message);
    expect(() => of({ CLUSTER_IDENTIFIER: 'c', WORKGROUP_NAME: 'w' })).toThrow(message);
    expect(() => parseHandlerSettings('measure-freshness', { DATA_BUCKET: 'b' })).toThrow(
      /cannot start: DATABASE_NAME is not set; exactly one of/,
    );
  });
});
