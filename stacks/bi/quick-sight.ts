/**
 * QuickSight on the views for analysts: its way into the VPC, the warehouse as a data source, a data set on each view, and a
 * dashboard. It asks the warehouse each time, so that no copy of the rows leaves the key of this deployment.
 */
import { CloudcontrolapiResource } from '@cdktf/provider-aws/lib/cloudcontrolapi-resource';
import { QuicksightDataSet } from '@cdktf/provider-aws/lib/quicksight-data-set';
import { QuicksightDataSource } from '@cdktf/provider-aws/lib/quicksight-data-source';
import { QuicksightVpcConnection } from '@cdktf/provider-aws/lib/quicksight-vpc-connection';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { BI_SCHEMA, type BiView, biViews } from '../../pipeline/bi-views';
import { TABLES } from '../../pipeline/tables';
import { warehousePortOf } from '../constructs/security-groups';
import { stackOf } from '../constructs/stack-of';
import type { QuickSightSettings } from '../settings/bi';
import { buildDashboard } from './dashboard-definition';
import { inputColumns } from './data-set-columns';
import { addConnectionRole, allowSecret } from './quick-sight-roles';

export interface QuickSightProps {
  readonly settings: QuickSightSettings;
  readonly subnetIds: string[];
  readonly securityGroupId: string;
  readonly warehouseHost: string;
  /** Of the warehouse's user that reads the views. */
  readonly secretArn: string;
  readonly keyArn: string;
  /** The warehouse is set up: the views are there, and the secret has a value. */
  readonly after: readonly ITerraformDependable[];
}

/** What QuickSight calls viewing a dashboard and using a data set (Amazon QuickSight user guide, "Managing permissions"). */
const VIEW_DASHBOARD = ['DescribeDashboard', 'ListDashboardVersions', 'QueryDashboard'];
const USE_DATA_SET = [
  'DescribeDataSet',
  'DescribeDataSetPermissions',
  'DescribeIngestion',
  'ListIngestions',
  'PassDataSet',
];

export class QuickSight extends Construct {
  /** Where people open it. */
  readonly dashboardUrl: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: QuickSightProps,
  ) {
    super(scope, id);
    const { names, settings } = stackOf(this);
    const views = biViews(TABLES);
    const source = this.addSource(this.addConnection());
    const dataSets = new Map(views.map((view) => [view.name, this.addDataSet(view, source).arn]));
    const { readerArns, authorArns = [] } = props.settings;
    const dashboardId = names.of('bi');
    // The bindings of the provider's own type do not know the shape of a definition; the API does, and takes it as a text.
    new CloudcontrolapiResource(this, 'dashboard', {
      typeName: 'AWS::QuickSight::Dashboard',
      desiredState: JSON.stringify({
        AwsAccountId: settings.accountId,
        DashboardId: dashboardId,
        Name: `${names.prefix}: data for analysts`,
        VersionDescription: 'As the project defines it',
        Definition: buildDashboard(views, dataSets),
        Permissions: permissions([...readerArns, ...authorArns], VIEW_DASHBOARD).map(
          ({ principal, actions }) => ({ Principal: principal, Actions: actions }),
        ),
      }),
    });
    this.dashboardUrl = `https://${settings.region}.quicksight.aws.amazon.com/sn/dashboards/${dashboardId}`;
  }

  private addConnection(): QuicksightVpcConnection {
    const { names } = stackOf(this);
    const { subnetIds, securityGroupId } = this.props;
    const role = addConnectionRole(this, securityGroupId);
    return new QuicksightVpcConnection(this, 'vpc_connection', {
      vpcConnectionId: names.of('warehouse'),
      name: names.of('warehouse'),
      roleArn: role.arn,
      subnetIds,
      securityGroupIds: [securityGroupId],
      dependsOn: [role.policy],
    });
  }

  /** QuickSight signs in when it is created, and creation fails where it cannot. */
  private addSource(connection: QuicksightVpcConnection): QuicksightDataSource {
    const { names, settings } = stackOf(this);
    const { secretArn, keyArn, warehouseHost, after } = this.props;
    const allowed = allowSecret(this, { secretArn, keyArn });
    return new QuicksightDataSource(this, 'data_source', {
      dataSourceId: names.of('warehouse'),
      name: names.of('warehouse'),
      type: 'REDSHIFT',
      // A host is enough for a cluster and for a workgroup.
      parameters: {
        redshift: {
          host: warehouseHost,
          port: warehousePortOf(settings.redshift),
          database: settings.redshift.database,
        },
      },
      credentials: { secretArn },
      sslProperties: { disableSsl: false },
      vpcConnectionProperties: { vpcConnectionArn: connection.arn },
      dependsOn: [allowed, ...after],
    });
  }

  private addDataSet(view: BiView, source: QuicksightDataSource): QuicksightDataSet {
    const { names } = stackOf(this);
    const { authorArns } = this.props.settings;
    const id = view.name.replaceAll('_', '-');
    return new QuicksightDataSet(this, id, {
      dataSetId: names.of(id),
      name: `${names.prefix}: ${view.title}`,
      importMode: 'DIRECT_QUERY',
      physicalTableMap: [
        {
          physicalTableMapId: id,
          relationalTable: {
            dataSourceArn: source.arn,
            schema: BI_SCHEMA,
            name: view.name,
            inputColumns: inputColumns(view),
          },
        },
      ],
      ...(authorArns === undefined ? {} : { permissions: permissions(authorArns, USE_DATA_SET) }),
    });
  }
}

const permissions = (principals: readonly string[], actions: readonly string[]) =>
  principals.map((principal) => ({ principal, actions: actions.map((action) => `quicksight:${action}`) }));
